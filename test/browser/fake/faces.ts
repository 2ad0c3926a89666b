// Pictures of people in the fake world: the seller has one from the beginning, the others those that they put up.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import { MARINA, TIMOFEY } from './deals.js';

const AT = /^\/api\/v1\/(?:me|people\/(\w+))\/picture$/;

/** Of the person's row, by the log-in. */
export function idOf(login: string): string {
  return login === 'marina' ? MARINA.id : `person_${login}00001`;
}

export class FakeFaces {
  private constructor(
    private readonly faces: Map<string, { readonly hash: string; readonly bytes: Buffer }>,
  ) {}

  static async make(): Promise<FakeFaces> {
    const create = { width: 128, height: 128, channels: 3, background: '#8a6d3b' } as const;
    const bytes = await sharp({ create }).webp().toBuffer();
    return new FakeFaces(new Map([[TIMOFEY.id, { hash: TIMOFEY.picture, bytes }]]));
  }

  hashOf(person: string): string | null {
    return this.faces.get(person)?.hash ?? null;
  }

  remove(person: string): void {
    this.faces.delete(person);
  }

  /** Whether the request was about a picture; then it is answered. */
  async answer(request: IncomingMessage, response: ServerResponse, address: string): Promise<boolean> {
    const found = AT.exec(address);
    if (found === null || request.method === 'PATCH') return false;
    const login = request.headers.authorization?.replace(/^Bearer token-/, '') ?? '';
    if (request.method === 'PUT') {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer); // a stream of bytes
      const bytes = Buffer.concat(pieces);
      const hash = createHash('sha256').update(bytes).digest('hex');
      this.faces.set(idOf(login), { hash, bytes });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ picture: hash }));
      return true;
    }
    const face = this.faces.get(found[1] ?? '');
    if (face === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'image/webp' }).end(face.bytes);
    return true;
  }
}
