// A page that breaks says so, and the rest of the frame goes on.
import { Component, type ComponentType, type ReactNode } from 'react';
import { withTranslation, type WithTranslation } from 'react-i18next';
import { Notice } from '../components/notice.js';

interface State {
  readonly isBroken: boolean;
}

class Boundary extends Component<WithTranslation & { readonly children: ReactNode }, State> {
  override readonly state: State = { isBroken: false };

  static getDerivedStateFromError(): State {
    return { isBroken: true };
  }

  override render(): ReactNode {
    const { t, children } = this.props;
    if (!this.state.isBroken) return children;
    return (
      <div className="column grid gap-4 py-8">
        <h1>{t('problem.broken')}</h1>
        <Notice meaning="trouble">
          <p>{t('problem.brokenMore')}</p>
          <p>
            <a href={globalThis.location.href}>{t('problem.reload')}</a>
          </p>
        </Notice>
      </div>
    );
  }
}

export const ErrorBoundary: ComponentType<{ readonly children: ReactNode }> = withTranslation()(Boundary);
