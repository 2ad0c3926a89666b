// The access token of a session: in memory only, renewed by the refresh cookie, which no script sees.
import type { Routes } from '../protocol/api/endpoints.js';
import type { Me, Session } from '../protocol/api/session.js';
import { ApiClient, type ApiOptions, ApiProblem } from './api-client.js';
import { withCookies } from './kept-cookies.js';
import { oneAtATime } from './locks.js';

export interface AccessOptions {
  /** Address of the gateway; '' in a page that it serves. */
  readonly base: string;
  readonly routes: Routes;
  readonly organisation: string;
  readonly language?: string | (() => string);
  readonly fetch?: typeof fetch;
  /** Keep the refresh cookie here, since the platform's `fetch` does not: in Node.js. */
  readonly cookies?: boolean;
}

export class Access {
  /** Renews the token by itself when it is refused. */
  readonly api: ApiClient;
  private readonly plain: ApiClient;
  private readonly shared: ApiOptions;
  private token: string | null = null;
  private person: Me | null = null;

  constructor(private readonly options: AccessOptions) {
    const send = options.fetch ?? ((input, init) => fetch(input, init));
    const { language } = options;
    const shared: ApiOptions = {
      base: options.base,
      routes: options.routes,
      fetch: options.cookies === true ? withCookies(send, options.base) : send,
      ...(language === undefined
        ? {}
        : { language: typeof language === 'string' ? () => language : language }),
    };
    this.shared = { ...shared, fetch: send };
    this.plain = new ApiClient({ ...shared, token: () => this.token });
    this.api = new ApiClient({ ...shared, token: () => this.token, renew: () => this.renew() });
  }

  /** Who is signed in; null: nobody. */
  get me(): Me | null {
    return this.person;
  }

  /** Rejects: ApiProblem (LOG_IN_REFUSED, TOO_MANY_TRIES), ApiUnreachable. */
  async logIn(login: string, secret: string): Promise<Me> {
    this.token = null;
    return this.take(await this.plain.call('logIn', { body: { login, secret } }));
  }

  /** By the refresh cookie; null: there is none that is good. Rejects: ApiUnreachable. */
  async restore(): Promise<Me | null> {
    return (await this.renew()) === null ? null : this.person;
  }

  /** Another member's gateway, which knows no session of this one. */
  elsewhere(base: string): ApiClient {
    return new ApiClient({ ...this.shared, base });
  }

  take({ accessToken, me }: Session): Me {
    this.token = accessToken;
    this.person = me;
    return me;
  }

  async readMe(): Promise<Me> {
    this.person = await this.api.call('getMe');
    return this.person;
  }

  async end(everywhere: boolean): Promise<void> {
    try {
      if (this.token !== null) await this.api.call(everywhere ? 'logOutEverywhere' : 'logOut');
    } catch (error) {
      // A session that is over already is what was wanted.
      if (!(error instanceof ApiProblem)) throw error;
    } finally {
      this.forget();
    }
  }

  forget(): void {
    this.token = null;
    this.person = null;
  }

  /** One tab at a time, and one call of a tab for all that wait. */
  private renew(): Promise<string | null> {
    const before = this.token;
    return oneAtATime(`forescrow refresh ${this.options.organisation}`, async () => {
      if (this.token !== before) return this.token;
      try {
        this.take(await this.plain.call('refreshSession', { body: {} }));
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        if (error.problem.status === 401) this.forget();
        else throw error;
      }
      return this.token;
    });
  }
}
