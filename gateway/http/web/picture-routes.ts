// `PUT /api/v1/pictures`: a raw body of JPEG, PNG or WebP; the answer names what was made of it.
// `GET /api/v1/pictures/{hash}`: of listed offers to anybody, others to who uploaded them and to moderators.
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../clock.js';
import type { Viewer } from '../../people/viewer.js';
import { encodePicture, LARGEST_UPLOAD_BYTES, PICTURE_TYPE } from '../../pictures/picture-encoding.js';
import { Refused } from '../../refused.js';
import type { PictureRecords } from '../../store/picture-records.js';
import { type Entrance, type RequestLimits, signedIn } from './entry.js';

const HASH = /^[0-9a-f]{64}$/;
/** Of one person. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Pictures that are decoded at one time. */
const MOST_AT_ONCE = 2;
const YEAR_S = 31_536_000;

export interface PictureRoutesOptions {
  readonly entrance: Entrance;
  readonly limits: RequestLimits;
  readonly pictures: PictureRecords;
  readonly clock: Clock;
}

export function pictureRoutes(options: PictureRoutesOptions): Router {
  const router = Router();
  const readUpload = express.raw({ limit: LARGEST_UPLOAD_BYTES, type: () => true, inflate: false });
  let running = 0;
  router.put('/api/v1/pictures', async (request: Request, response: Response) => {
    const viewer = await signedIn(request, options.entrance);
    if (!viewer.roles.includes('client')) throw new Refused('FORBIDDEN', { needed: ['client'] });
    const retryAfterMs = await options.limits.count('person', viewer.person.id);
    if (retryAfterMs !== null) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs });
    // Read first: who sends slowly holds nobody up.
    const upload = await uploadOf(readUpload, request, response);
    if (running >= MOST_AT_ONCE) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs: 1_000 });
    running += 1;
    try {
      response.status(201).json(await stored(options, viewer, upload));
    } finally {
      running -= 1;
    }
  });
  router.get('/api/v1/pictures/:hash', async (request: Request, response: Response) => {
    const hash = String(request.params['hash']);
    const picture = HASH.test(hash)
      ? await options.pictures.find(hash, request.query['size'] === 'small' ? 'small' : 'full')
      : null;
    if (picture === null) throw new Refused('NOT_FOUND');
    if (!picture.isListed) await requireOwner(request, options.entrance, picture.owner);
    response
      .set({
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cache-control': picture.isListed ? `public, max-age=${String(YEAR_S)}, immutable` : 'no-store',
      })
      .type(PICTURE_TYPE)
      .send(picture.bytes);
  });
  return router;
}

async function stored({ pictures, clock }: PictureRoutesOptions, { person }: Viewer, upload: Buffer) {
  const picture = await encodePicture(upload);
  const isStored = await pictures.save(
    { ...picture, owner: person.id, at: clock.now() },
    { mostBytes: MOST_BYTES },
  );
  if (!isStored) throw new Refused('PICTURE_TOO_LARGE', { most: MOST_BYTES });
  return { picture: picture.hash };
}

function uploadOf(
  read: ReturnType<typeof express.raw>,
  request: Request,
  response: Response,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}

/** A picture that is not shown to everybody is as good as absent for others. */
async function requireOwner(request: Request, entrance: Entrance, owner: string): Promise<void> {
  const { person, roles } = await signedIn(request, entrance);
  if (person.id !== owner && !roles.includes('moderator')) throw new Refused('NOT_FOUND');
}
