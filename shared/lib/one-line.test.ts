import { expect, it } from 'vitest';
import { oneLine } from './one-line.ts';

it('should leave nothing that ends a line or speaks to a terminal', () => {
  expect(oneLine('web\n::error::all is well\r\u001b[2J\u0085\u2028end')).toBe('web ::error::all is well [2J end');
  expect(oneLine('支付 “web”')).toBe('支付 “web”');
});
