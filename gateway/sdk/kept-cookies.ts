// Keeps cookies where the platform keeps none, as in Node.js; browsers do it themselves and show them to nobody.

interface KeptCookie {
  readonly value: string;
  readonly path: string;
}

/** `fetch` with a jar for one gateway. */
export function withCookies(send: typeof fetch, base: string): typeof fetch {
  const jar = new Map<string, KeptCookie>();
  const { origin } = new URL(base);
  return async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : String(input));
    const headers = new Headers(init?.headers);
    const cookies = [...jar]
      .filter(([, { path }]) => address.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    headers.set('origin', origin);
    const response = await send(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  };
}

function keep(jar: Map<string, KeptCookie>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  if (at < 1) return;
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  const attribute = (wanted: string) =>
    attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
  if (value === '' || attribute('max-age') === '0') jar.delete(name);
  else jar.set(name, { value, path: attribute('path') ?? '/' });
}
