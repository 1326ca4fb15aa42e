import { describe, expect, it } from 'vitest';
import { matches } from '../selector.ts';
import { parseCalicoSelector } from './calico-selector.ts';

const labels = { app: 'web', tier: 'edge', 'example.com/zone': 'dmz', empty: '' };

function holds(text: string): boolean | string {
  const parsed = parseCalicoSelector(text);
  return 'error' in parsed ? parsed.error : matches(parsed.expression, labels);
}

describe('parseCalicoSelector', () => {
  it.each([
    ['', true],
    ['all()', true],
    ['global()', false],
    ["app == 'web'", true],
    ['app == "web"', true],
    ["app == 'web' && tier == 'core'", false],
    ["app != 'web'", false],
    ["gone != 'web'", true],
    ["app in {'api', 'web'}", true],
    ['app in {}', false],
    ["gone not in {'api'}", true],
    ["app not  in {'web'}", false],
    ['has(example.com/zone)', true],
    ['!has( gone )', true],
    ['! !has(app)', true],
    ["empty == ''", true],
    ["app contains 'e'", true],
    ["app starts with 'w' && app ends with 'b'", true],
    ["gone contains ''", false],
    ["app == 'api' || app == 'web' && tier == 'core'", false],
    ["(app == 'api' || app == 'web') && tier == 'edge'", true],
    ["app == 'web' || app == 'api' && tier == 'core'", true],
    ["!(app == 'web' && tier == 'edge')", false],
  ])('should read %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each([
    ["app = 'web'", "“= 'web'” is not understood"],
    ['app == web', 'a text in quotes is missing after “app”'],
    ["app == 'web", 'is not understood'],
    ["app == 'web' &&", 'it ends too early'],
    ["(app == 'web'", '“)” is missing'],
    ["app in 'web'", '“{” is missing'],
    ["app in {'web',", '“}” is missing'],
    ["app == 'web' tier == 'edge'", 'it goes on after its end'],
    ['app', 'an operator is missing after “app”'],
    ["== 'web'", '“==” stands where a label is expected'],
    ["app\n== 'web'", 'is not understood'],
  ])('should refuse %s', (text, why) => {
    expect(holds(text)).toContain(why);
  });
});
