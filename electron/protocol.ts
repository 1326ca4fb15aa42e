/** The window's own scheme: files of the built window with strict headers, without the powers of `file:`. */
import { protocol, type Session } from 'electron';
import { securityHeaders, staticFile } from './static-files.ts';

export const pageOrigin = 'app://zonewright';

/** Has to run before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function servePage(session: Session, rendererFolder: string): void {
  session.protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const file =
      url.host === 'zonewright' && request.method === 'GET'
        ? await staticFile(rendererFolder, url.pathname)
        : undefined;
    if (file === undefined) return new Response('There is nothing here.\n', { status: 404, headers: securityHeaders });
    return new Response(file.body, { status: 200, headers: { ...securityHeaders, 'content-type': file.type } });
  });
}
