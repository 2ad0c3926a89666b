// A button that says what it is doing while it does it.
import type { ComponentProps, ReactNode } from 'react';

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'main' | 'plain' | 'danger';
  readonly isSmall?: boolean;
  /** Words while the work is under way; null: it is not. */
  readonly busy?: string | null;
}

const LOOKS = { main: '', plain: 'button-plain', danger: 'button-danger' } as const;

export function Button(props: ButtonProps): ReactNode {
  const { look = 'main', isSmall = false, busy = null, className = '', children, disabled, ...rest } = props;
  const classes = `button ${LOOKS[look]} ${isSmall ? 'button-small' : ''} ${className}`;
  return (
    <button type="button" className={classes} disabled={disabled === true || busy !== null} {...rest}>
      {busy ?? children}
    </button>
  );
}
