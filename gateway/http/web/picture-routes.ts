// `PUT /api/v1/pictures`: a raw body of JPEG, PNG or WebP; the answer names what was made of it.
// `GET /api/v1/pictures/{hash}`: of listed offers to anybody, others to who uploaded them and to moderators.
import { type Request, type Response, Router } from 'express';
import type { Clock } from '../../clock.js';
import { Refused } from '../../refused.js';
import type { PictureRecords } from '../../store/picture-records.js';
import { type Entrance, signedIn } from './entry.js';
import { type PictureUploads, sendPicture } from './picture-uploads.js';

const HASH = /^[0-9a-f]{64}$/;
/** Of one person. */
const MOST_BYTES = 64 * 1024 * 1024;
const YEAR_S = 31_536_000;

export interface PictureRoutesOptions {
  readonly entrance: Entrance;
  readonly uploads: PictureUploads;
  readonly pictures: PictureRecords;
  readonly clock: Clock;
}

export function pictureRoutes({ entrance, uploads, pictures, clock }: PictureRoutesOptions): Router {
  const router = Router();
  router.put('/api/v1/pictures', async (request: Request, response: Response) => {
    const { person, roles } = await signedIn(request, entrance);
    if (!roles.includes('client')) throw new Refused('FORBIDDEN', { needed: ['client'] });
    const picture = await uploads.take(person.id, { request, response });
    const mostBytes = MOST_BYTES;
    const isStored = await pictures.save({ ...picture, owner: person.id, at: clock.now() }, { mostBytes });
    if (!isStored) throw new Refused('PICTURE_TOO_LARGE', { most: MOST_BYTES });
    response.status(201).json({ picture: picture.hash });
  });
  router.get('/api/v1/pictures/:hash', async (request: Request, response: Response) => {
    const hash = String(request.params['hash']);
    const picture = HASH.test(hash)
      ? await pictures.find(hash, request.query['size'] === 'small' ? 'small' : 'full')
      : null;
    if (picture === null) throw new Refused('NOT_FOUND');
    if (!picture.isListed) await requireOwner(request, entrance, picture.owner);
    const isForever = picture.isListed;
    sendPicture(
      response,
      picture.bytes,
      isForever ? `public, max-age=${String(YEAR_S)}, immutable` : 'no-store',
    );
  });
  return router;
}

/** A picture that is not shown to everybody is as good as absent for others. */
async function requireOwner(request: Request, entrance: Entrance, owner: string): Promise<void> {
  const { person, roles } = await signedIn(request, entrance);
  if (person.id !== owner && !roles.includes('moderator')) throw new Refused('NOT_FOUND');
}
