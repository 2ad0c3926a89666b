// An offer with a time to pay of its own: drafted, approved and listed as the demonstration's seller and moderator
// would, at the marketplace's web door.
import type { DemoContext } from '../../demo/context.js';
import { readAccounts } from '../../demo/browser-people.js';
import { readLogIns, signIn } from '../../demo/log-ins.js';
import type { Operation } from '../../gateway/protocol/api/forms.js';
import { offerContentHash } from '../../gateway/protocol/offer-content.js';
import { draftOffer, listOffer, moderateOffer } from '../../gateway/sdk/commands/offers.js';
import type { ClientSession } from '../../gateway/sdk/session.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Resolves with the offer's id. */
export async function listOfferAs(
  context: DemoContext,
  of: {
    readonly title: string;
    /** Absent: the title again. */
    readonly description?: string;
    readonly price: string;
    readonly payTimeMs: number;
  },
): Promise<string> {
  const seller = await sessionOf(context, 'seller');
  const moderator = await sessionOf(context, 'moderator');
  const content = { title: of.title, description: of.description ?? of.title, pictures: [] };
  const courier = context.adminApis.find(({ kind }) => kind === 'courier')?.mspId ?? '';
  const times = { answerTimeMs: 6 * MINUTE_MS, shipTimeMs: 3 * DAY_MS, deliverTimeMs: 7 * DAY_MS };
  const request = draftOffer({
    ...{ contentHash: offerContentHash(content), price: of.price, stock: 1, courier, currency: 'RUB' },
    ...{ ...times, payTimeMs: of.payTimeMs, inspectionTimeMs: 15 * MINUTE_MS },
  });
  const offer = request.id;
  done(await seller.command('draftOffer', { request, beside: { content }, purpose: offer }));
  const approval = moderateOffer({ offer, version: 1 }, { commissionBasisPoints: null });
  done(
    await moderator.command('moderateOffer', {
      path: { offer },
      request: approval,
      beside: { reason: null },
    }),
  );
  const link = readAccounts(context)?.find(({ login }) => login === 'seller')?.link ?? '';
  const { terms, net } = await seller.api.call('getListing', { path: { offer }, query: { link } });
  done(await seller.command('listOffer', { path: { offer }, request: listOffer(terms, net) }));
  await Promise.all([seller.signOut(), moderator.signOut()]);
  return offer;
}

function sessionOf(context: DemoContext, login: string): Promise<ClientSession> {
  const organisation = context.adminApis.find(({ kind }) => kind === 'marketplace')?.mspId;
  const logIn = readLogIns(context)?.find((one) => one.mspId === organisation && one.login === login);
  if (logIn === undefined) throw new Error(`The demonstration has no ${login} at a marketplace.`);
  return signIn(context, logIn);
}

function done({ action, status, code }: Operation): void {
  if (status !== 'done') throw new Error(`${action} was not carried out: ${code ?? status}`);
}
