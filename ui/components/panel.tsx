// Details at the side of a list: a native dialog, so that the keyboard stays in it and Escape closes it.
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.js';

interface PanelProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function Panel({ title, close, children }: PanelProps): ReactNode {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="panel" aria-label={title} onClose={close}>
      <div className="grid gap-6 p-6">
        <div className="flex items-start justify-between gap-4">
          <h2>{title}</h2>
          <button
            type="button"
            className="-m-2 cursor-pointer p-2"
            aria-label={t('close')}
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
