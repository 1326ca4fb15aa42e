/** `shop.zones.yaml` is reviewed in `shop.review.yaml`, beside it. Never the name of the design itself. */
export function reviewNameOf(design: string): string {
  return `${design.replace(/(\.zones)?\.ya?ml$/i, '')}.review.yaml`;
}
