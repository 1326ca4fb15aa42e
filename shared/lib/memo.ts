/** Functions that remember their answers. */
export function memo<K, V>(compute: (key: K) => V): (key: K) => V {
  return remembering(new Map<K, V>(), compute);
}

/** The same for what is kept as long as its argument, across evaluations. */
export function memoWeak<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  return remembering(new WeakMap<K, V>(), compute);
}

interface Known<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function remembering<K, V>(known: Known<K, V>, compute: (key: K) => V): (key: K) => V {
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}

export function memoBy<A, V>(keyOf: (argument: A) => string, compute: (argument: A) => V): (argument: A) => V {
  const known = new Map<string, V>();
  return (argument) => {
    const key = keyOf(argument);
    let value = known.get(key);
    if (value === undefined) {
      value = compute(argument);
      known.set(key, value);
    }
    return value;
  };
}

/** Computed when it is first asked for. */
export function once<V>(compute: () => V): () => V {
  let value: V | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
