/**
 * Types of storage: the CSI driver behind each, the parameters of a StorageClass that name the endpoint, and what has to be
 * open between nodes and storage. In-tree provisioners are migrated or removed, so only CSI names stand here.
 *
 * Sources: csi-driver-nfs docs/driver-parameters.md; ceph-csi examples/{rbd,cephfs}/storageclass.yaml; vsphere-csi-driver
 * docs; aws-ebs-csi-driver docs/parameters.md; aws-efs-csi-driver docs/README.md; azuredisk- and azurefile-csi-driver
 * docs/driver-parameters.md; gcp-compute-persistent-disk-csi-driver README; Trident documentation; Longhorn references;
 * local volumes in the Kubernetes documentation. Ports: the registered ones of each protocol, and Ceph's network
 * configuration reference. Topology keys: the same pages, and ceph-csi docs/design/proposals/rbd-topology. Changes of
 * volumes by a VolumeAttributesClass: aws-ebs-csi-driver docs/modify-volume.md, the pages of the two other drivers.
 */
import type { StorageType } from '../model/index.ts';

export interface StoragePort {
  readonly protocol: 'TCP' | 'UDP';
  /** First port. */
  readonly port: number;
  /** Last port of a range, inclusive. */
  readonly endPort?: number;
}

/** As in `csi.storage.k8s.io/<purpose>-secret-name`. */
export type SecretPurpose = 'provisioner' | 'controller-expand' | 'node-stage';

export interface StorageTypeInfo {
  readonly id: StorageType;
  readonly label: string;
  readonly provisioner: string;
  /** The parameter that takes the first address of the endpoint. */
  readonly addressParameter?: string;
  /** The parameter that takes the endpoint's `export`. */
  readonly exportParameter?: string;
  /** True where the export is a path from the root. */
  readonly exportIsPath?: true;
  /**
   * Parameters without which the driver refuses the class, or takes storage from anywhere; each is asked for where the
   * design gives none. Of several in one entry any one will do; the first is asked for.
   */
  readonly required: ReadonlyArray<readonly [string, ...string[]]>;
  /** What the driver signs in for: each takes the name and namespace of a Secret in two parameters. */
  readonly secrets: readonly SecretPurpose[];
  /** The label by which the driver tells where a volume lies; absent where it tells nothing. */
  readonly topologyKey?: string;
  /** True where a volume that is there can be changed by a VolumeAttributesClass. */
  readonly attributes: boolean;
  /** Values that the driver needs and that are the same for everybody. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly mountOptions: readonly string[];
  /** WaitForFirstConsumer where a volume lives in one place, so that scheduling decides the place. */
  readonly binding: 'Immediate' | 'WaitForFirstConsumer';
  /** True where any other binding cannot work. */
  readonly bindingFixed: boolean;
  readonly expansion: boolean;
  /** Access modes of file system volumes that the driver can give. */
  readonly accessModes: readonly string[];
  /** What nodes connect to at the endpoint's addresses. Node-initiated: network policies do not see it. */
  readonly nodePorts: readonly StoragePort[];
  /** Fewer ports, where a parameter of the class tells the protocol: by how its value begins. */
  readonly nodePortsBy?: {
    readonly parameter: string;
    readonly begins: Readonly<Record<string, readonly StoragePort[]>>;
  };
  /** What the driver's controller connects to at the endpoint's addresses. */
  readonly controllerPorts: readonly StoragePort[];
  /** True where volumes live on the cluster's own nodes. */
  readonly onNodes: boolean;
  /** Parameters that choose the nodes or disks; without one of them volumes lie on nodes of every zone. */
  readonly nodeChoice: readonly string[];
  readonly note?: string;
}

const once = ['ReadWriteOnce', 'ReadWriteOncePod'];
const many = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];
const https: readonly StoragePort[] = [{ protocol: 'TCP', port: 443 }];
const nfs4: readonly StoragePort[] = [{ protocol: 'TCP', port: 2049 }];
/** Monitors (msgr2 and msgr1), then OSDs, managers and metadata servers. */
const ceph: readonly StoragePort[] = [
  { protocol: 'TCP', port: 3300 },
  { protocol: 'TCP', port: 6789 },
  { protocol: 'TCP', port: 6800, endPort: 7568 },
];
const smb: readonly StoragePort[] = [{ protocol: 'TCP', port: 445 }];
const iscsi: readonly StoragePort[] = [{ protocol: 'TCP', port: 3260 }];
const nvme: readonly StoragePort[] = [{ protocol: 'TCP', port: 4420 }];
const cephSecrets: readonly SecretPurpose[] = ['provisioner', 'controller-expand', 'node-stage'];
const provider = 'The class names no endpoint: the volume is made in the account and region of the nodes.';

export const storageTypes: Readonly<Record<StorageType, StorageTypeInfo>> = {
  nfs: type('nfs', 'NFS', 'nfs.csi.k8s.io', {
    addressParameter: 'server',
    exportParameter: 'share',
    exportIsPath: true,
    required: [['server'], ['share']],
    // NFS 4.1 needs one port; version 3 would also need portmapper, mountd and statd.
    mountOptions: ['nfsvers=4.1'],
    accessModes: many,
    nodePorts: nfs4,
    // It mounts the share to make the directory of a volume, from whichever node it runs on.
    controllerPorts: nfs4,
  }),
  'ceph-rbd': type('ceph-rbd', 'Ceph RBD', 'rbd.csi.ceph.com', {
    exportParameter: 'pool',
    required: [['clusterID'], ['pool']],
    secrets: cephSecrets,
    topologyKey: 'topology.rbd.csi.ceph.com/zone',
    accessModes: once,
    nodePorts: ceph,
    note: 'clusterID is looked up in the ConfigMap ceph-csi-config, which holds the monitors: its addresses have to be those of the endpoint.',
  }),
  cephfs: type('cephfs', 'CephFS', 'cephfs.csi.ceph.com', {
    exportParameter: 'fsName',
    required: [['clusterID'], ['fsName']],
    secrets: cephSecrets,
    accessModes: many,
    nodePorts: ceph,
    note: 'clusterID is looked up in the ConfigMap ceph-csi-config, which holds the monitors: its addresses have to be those of the endpoint.',
  }),
  vsphere: type('vsphere', 'vSphere', 'csi.vsphere.vmware.com', {
    exportParameter: 'storagepolicyname',
    required: [['storagepolicyname', 'datastoreurl', 'svStorageClass']],
    // The last part is the category of the vCenter's tags.
    topologyKey: 'topology.csi.vmware.com/k8s-zone',
    binding: 'WaitForFirstConsumer',
    accessModes: once,
    controllerPorts: https,
    note: 'The vCenter stands in the driver’s Secret, not in the class; the class picks a storage policy.',
  }),
  ebs: type('ebs', 'Amazon EBS', 'ebs.csi.aws.com', {
    topologyKey: 'topology.kubernetes.io/zone',
    attributes: true,
    binding: 'WaitForFirstConsumer',
    accessModes: once,
    controllerPorts: https,
    note: provider,
  }),
  efs: type('efs', 'Amazon EFS', 'efs.csi.aws.com', {
    exportParameter: 'fileSystemId',
    required: [['fileSystemId']],
    parameters: { provisioningMode: 'efs-ap', directoryPerms: '700' },
    expansion: false,
    accessModes: many,
    nodePorts: nfs4,
  }),
  'azure-disk': type('azure-disk', 'Azure Disk', 'disk.csi.azure.com', {
    topologyKey: 'topology.disk.csi.azure.com/zone',
    attributes: true,
    binding: 'WaitForFirstConsumer',
    accessModes: once,
    controllerPorts: https,
    note: provider,
  }),
  'azure-file': type('azure-file', 'Azure Files', 'file.csi.azure.com', {
    addressParameter: 'server',
    exportParameter: 'shareName',
    accessModes: many,
    nodePorts: [...smb, ...nfs4],
    nodePortsBy: { parameter: 'protocol', begins: { nfs: nfs4, smb } },
    note: 'Without a storageAccount or a server in its parameters the driver makes an account of its own beside the nodes.',
  }),
  'gce-pd': type('gce-pd', 'Google Persistent Disk', 'pd.csi.storage.gke.io', {
    topologyKey: 'topology.gke.io/zone',
    attributes: true,
    binding: 'WaitForFirstConsumer',
    accessModes: once,
    controllerPorts: https,
    note: provider,
  }),
  trident: type('trident', 'NetApp Trident', 'csi.trident.netapp.io', {
    exportParameter: 'storagePools',
    // Without either a class takes volumes from any backend, also one of another zone.
    required: [['storagePools', 'selector', 'additionalStoragePools']],
    topologyKey: 'topology.kubernetes.io/zone',
    accessModes: many,
    nodePorts: [...nfs4, ...iscsi, ...nvme],
    nodePortsBy: { parameter: 'backendType', begins: { 'ontap-nas': nfs4, 'ontap-san': [...iscsi, ...nvme] } },
    controllerPorts: https,
    note: 'The array stands in a TridentBackendConfig; the class picks its pools (“backend:pool”).',
  }),
  longhorn: type('longhorn', 'Longhorn', 'driver.longhorn.io', {
    exportParameter: 'diskSelector',
    accessModes: many,
    onNodes: true,
    nodeChoice: ['diskSelector', 'nodeSelector'],
    note: 'Replicas lie on the disks of the nodes that carry Longhorn’s own tags; tag only nodes of the zone.',
  }),
  local: type('local', 'Local volumes', 'kubernetes.io/no-provisioner', {
    binding: 'WaitForFirstConsumer',
    bindingFixed: true,
    expansion: false,
    accessModes: once,
    onNodes: true,
    note: 'Volumes are made by hand, each with a node affinity; make them on nodes of the zone only.',
  }),
};

export function storageTypeInfo(id: StorageType): StorageTypeInfo {
  return storageTypes[id];
}

function type(
  id: StorageType,
  label: string,
  provisioner: string,
  facts: Partial<Omit<StorageTypeInfo, 'id' | 'label' | 'provisioner'>>,
): StorageTypeInfo {
  return {
    id,
    label,
    provisioner,
    required: [],
    secrets: [],
    attributes: false,
    nodeChoice: [],
    parameters: {},
    mountOptions: [],
    binding: 'Immediate',
    bindingFixed: false,
    expansion: true,
    accessModes: once,
    nodePorts: [],
    controllerPorts: [],
    onNodes: false,
    ...facts,
  };
}
