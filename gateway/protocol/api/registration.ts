// Log-ins that clients make for themselves, where the marketplace's administrators have allowed it.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { instantSchema } from './forms.js';
import { languageSchema, loginSchema, saltSchema, secretSchema, sessionSchema } from './session.js';

const MARKETPLACE = ['marketplace'] as const;

const registrationSchema = z
  .strictObject({
    isOpen: z.boolean(),
    /** Log-ins that strangers may make in an hour, at most; from one address; and how many this hour has seen. */
    mostAnHour: z.int().min(0),
    mostByAddress: z.int().min(0),
    thisHour: z.int().min(0),
    /** Who has switched it, newest first, at most twenty; empty: it is as the configuration has it. */
    changes: z.array(z.strictObject({ at: instantSchema, by: z.string(), isOpen: z.boolean() })),
  })
  .meta({ id: 'Registration' });
export type RegistrationInfo = z.infer<typeof registrationSchema>;

export const registrationEndpoints = {
  register: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/registrations',
    access: 'anybody',
    summary: 'A log-in as a client, made by the person, and a session with it; sets the refresh cookie.',
    body: z.strictObject({
      login: loginSchema,
      /** Others read it once a deal is paid: letters of one alphabet in each word. */
      name: z.string().min(1).max(100),
      language: languageSchema,
      /** Of the person's own password, made by the browser. */
      salt: saltSchema,
      secret: secretSchema,
    }),
    answer: sessionSchema,
    status: 201,
    codes: ['REGISTRATION_CLOSED', 'LOG_IN_TAKEN', 'TOO_MANY_REGISTRATIONS', 'NAME_UNREADABLE'],
    sameOrigin: true,
  }),
  getRegistration: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/registration',
    access: ['administrator'],
    summary: 'Whether clients may make log-ins for themselves, and who has switched it.',
    answer: registrationSchema,
  }),
  setRegistration: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/registration',
    access: ['administrator'],
    summary: 'Opens or closes registration.',
    body: z.strictObject({ isOpen: z.boolean() }),
    answer: registrationSchema,
  }),
} as const;
