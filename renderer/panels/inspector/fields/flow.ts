import { type Flow, schema } from '../../../../shared/model/index.ts';
import { newException } from '../../../actions/except-flow.ts';
import { type Field, options } from './define.ts';
import { recordOptions } from './record-options.ts';
import { exposureLabels } from './zone.ts';

export const flowFields: readonly Field[] = [
  { editor: 'end', path: ['from'], label: 'From' },
  { editor: 'end', path: ['to'], label: 'To' },
  {
    editor: 'flow-ports',
    path: ['ports'],
    label: 'Ports',
    hint: '443, 8443/tcp, 53/udp, 8000-8010, the name of a port, or all.',
  },
  {
    editor: 'group',
    path: ['via'],
    label: 'Enters through',
    add: 'Say how it enters from outside',
    make: () => ({ kind: 'loadBalancer' }),
    fields: [
      { editor: 'select', path: ['kind'], label: 'Kind', options: options(schema.exposureKinds, exposureLabels) },
      {
        editor: 'select',
        path: ['proxy'],
        label: 'Proxy',
        hint: 'With a gateway or ingress: the workload that forwards.',
        options: recordOptions('workload'),
        empty: () => 'None',
      },
    ],
  },
  { editor: 'text', path: ['reason'], label: 'Reason', placeholder: () => 'Why it is needed' },
  { editor: 'text', path: ['owner'], label: 'Owner', placeholder: () => 'Nobody' },
  { editor: 'text', path: ['ticket'], label: 'Ticket' },
  { editor: 'date', path: ['until'], label: 'Until', hint: 'After this day the flow is a finding.' },
  {
    editor: 'group',
    path: ['exception'],
    label: 'Exception',
    add: 'Let it pass against the matrix',
    make: ({ record }) => newException(record as Partial<Flow>),
    fields: [
      { editor: 'text', path: ['reason'], label: 'Reason' },
      { editor: 'text', path: ['owner'], label: 'Owner' },
      { editor: 'date', path: ['until'], label: 'Until' },
    ],
  },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];
