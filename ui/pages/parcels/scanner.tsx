// Reads a QR code with the camera, where the browser can do that by itself.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/notice.js';

/** Of the Shape Detection API, which the compiler does not know yet. */
interface BarcodeDetector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type BarcodeDetectorMaker = new (options: { readonly formats: readonly string[] }) => BarcodeDetector;

function detectorMaker(): BarcodeDetectorMaker | null {
  const { BarcodeDetector: maker } = globalThis as { readonly BarcodeDetector?: BarcodeDetectorMaker };
  return maker ?? null;
}

export function canScan(): boolean {
  return detectorMaker() !== null && 'mediaDevices' in navigator;
}

const LOOK_EVERY_MS = 200;

interface ScannerProps {
  readonly found: (text: string) => void;
  readonly stop: () => void;
}

export function Scanner({ found, stop }: ScannerProps): ReactNode {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    const ending = new AbortController();
    if (video.current !== null) {
      scan(video.current, ending.signal, found).catch(() => {
        setRefused(true);
      });
    }
    return () => {
      ending.abort();
    };
  }, [found]);
  if (isRefused) return <Notice meaning="held">{t('parcels.noCamera')}</Notice>;
  return (
    <div className="grid gap-3">
      <video
        ref={video}
        playsInline
        muted
        className="aspect-square w-full rounded-md bg-sunken object-cover"
      />
      <Button look="plain" onClick={stop}>
        {t('parcels.stopScan')}
      </Button>
    </div>
  );
}

/** Looks at the camera's picture until there is a code in it. Rejects if the camera is refused. */
async function scan(
  video: HTMLVideoElement,
  signal: AbortSignal,
  found: (text: string) => void,
): Promise<void> {
  const Maker = detectorMaker();
  if (Maker === null) return;
  const detector = new Maker({ formats: ['qr_code'] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const [code] = await detector.detect(video);
      if (code !== undefined) {
        found(code.rawValue);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
