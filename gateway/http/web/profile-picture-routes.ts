// `PUT /api/v1/me/picture`: a raw body of JPEG, PNG or WebP; the answer names what was made of it.
// `GET /api/v1/people/{person}/picture`: to that person, to the other party of a deal that has been paid, and to
// administrators; to everybody else there is none.
import { type Request, type Response, Router } from 'express';
import type { Clock } from '../../clock.js';
import type { Viewer } from '../../people/viewer.js';
import { FACE } from '../../pictures/picture-encoding.js';
import { Refused } from '../../refused.js';
import type { ProfilePictures } from '../../store/profile-pictures.js';
import { type Entrance, signedIn } from './entry.js';
import { type PictureUploads, sendPicture } from './picture-uploads.js';

const PERSON = /^[0-9a-z_]{1,128}$/;

export interface ProfilePictureRoutesOptions {
  readonly entrance: Entrance;
  readonly uploads: PictureUploads;
  readonly pictures: ProfilePictures;
  readonly clock: Clock;
}

export function profilePictureRoutes(options: ProfilePictureRoutesOptions): Router {
  const { entrance, uploads, pictures, clock } = options;
  const router = Router();
  router.put('/api/v1/me/picture', async (request: Request, response: Response) => {
    const { person } = await signedIn(request, entrance);
    const picture = await uploads.take(person.id, { request, response }, FACE);
    await pictures.put(person.id, { ...picture, at: clock.now() });
    response.json({ picture: picture.hash });
  });
  router.get('/api/v1/people/:person/picture', async (request: Request, response: Response) => {
    const viewer = await signedIn(request, entrance);
    const person = String(request.params['person']);
    if (!PERSON.test(person) || !(await maySee(viewer, person, pictures))) throw new Refused('NOT_FOUND');
    const bytes = await pictures.find(person, request.query['size'] === 'small' ? 'small' : 'full');
    if (bytes === null) throw new Refused('NOT_FOUND');
    sendPicture(response, bytes, 'no-store');
  });
  return router;
}

/** As `shownPersonRef` of the views says it. */
async function maySee(
  { person: own, roles }: Viewer,
  person: string,
  pictures: ProfilePictures,
): Promise<boolean> {
  if (own.id === person || roles.includes('administrator')) return true;
  return pictures.areParties(own.id, person);
}
