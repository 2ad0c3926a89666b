// Headers that keep a page to what it came with: scripts of this address alone, no frames, no referrer.
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const SELF = "'self'";
const NONE = "'none'";

export function securityHeaders(options: {
  readonly origin: string;
  readonly memberOrigins: readonly string[];
}): RequestHandler {
  const isSecure = options.origin.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': [NONE],
        'script-src': [SELF],
        // Styles cannot act; components set them on elements.
        'style-src': [SELF, "'unsafe-inline'"],
        'img-src': [SELF, 'data:', 'blob:'],
        'media-src': [SELF, 'blob:'],
        'font-src': [SELF],
        'connect-src': [...new Set([SELF, ...options.memberOrigins])],
        'worker-src': [SELF],
        'manifest-src': [SELF],
        'object-src': [NONE],
        'base-uri': [NONE],
        'form-action': [SELF],
        'frame-ancestors': [NONE],
        ...(isSecure ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: isSecure,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
}
