import type { Host } from '../../shared/host/index.ts';

/** Does what reads a folder or clusters, and says again and again how far the host is until it is done. */
export async function tellReading<T>(host: Host, read: () => Promise<T>, tell: (progress: string) => void): Promise<T> {
  const timer = setInterval(() => {
    host.readingProgress().then(
      (text) => text !== '' && tell(text),
      () => undefined,
    );
  }, 300);
  try {
    return await read();
  } finally {
    clearInterval(timer);
  }
}
