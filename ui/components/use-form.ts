// The state of a small form: what is typed is checked when it is sent, faults stand beside their fields, and the
// first of them gets the focus.
import { type FormEvent, useRef, useState } from 'react';

export type Faults<Name extends string> = { readonly [N in Name]?: string };

export interface Form<Name extends string> {
  readonly faults: Faults<Name>;
  readonly isSending: boolean;
  /** Of the last sending; null: it went well, or was not tried. */
  readonly error: Error | null;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly faultOf: (name: Name) => string | null;
}

interface FormOptions<Name extends string, Values> {
  /** What was typed as values, or the faults. */
  readonly read: (
    typed: (name: Name) => string,
  ) => { readonly values: Values } | { readonly faults: Faults<Name> };
  readonly send: (values: Values, form: HTMLFormElement) => Promise<void>;
}

export function useForm<Name extends string, Values>({ read, send }: FormOptions<Name, Values>): Form<Name> {
  const [faults, setFaults] = useState<Faults<Name>>({});
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const isBusy = useRef(false);

  const run = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    const result = read((name) => {
      const typed = data.get(name);
      return typeof typed === 'string' ? typed.trim() : '';
    });
    setError(null);
    if ('faults' in result) {
      setFaults(result.faults);
      focusFirst(form, Object.keys(result.faults));
      return;
    }
    setFaults({});
    setSending(true);
    try {
      await send(result.values, form);
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error('unknown', { cause }));
    } finally {
      setSending(false);
    }
  };

  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isBusy.current) return;
    isBusy.current = true;
    void run(event.currentTarget).finally(() => {
      isBusy.current = false;
    });
  };
  return { faults, isSending, error, onSubmit, faultOf: (name) => faults[name] ?? null };
}

function focusFirst(form: HTMLFormElement, names: readonly string[]): void {
  for (const element of form.elements) {
    if (element instanceof HTMLElement && names.includes(element.getAttribute('name') ?? '')) {
      element.focus();
      return;
    }
  }
}
