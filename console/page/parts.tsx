import { Component, type ReactNode, Suspense } from "react";
import { useLocation } from "wouter";
import { Loading } from "../controls/loading.tsx";
import { PageHeading } from "./page-heading.tsx";

/**
 * Where views stand whose script comes when they are first asked for, so that the first page opens quickly. A view's own
 * heading takes the focus when it is there, as after any other change of view.
 */
export function Parts({ children }: { children: ReactNode }) {
  const [pathname] = useLocation();
  return (
    <Fence place={pathname}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </Fence>
  );
}

interface FenceProps {
  readonly place: string;
  readonly children: ReactNode;
}

/** Keeps what surrounds the views when one of them fails. Another view is another try. */
class Fence extends Component<FenceProps, { readonly failedAt?: string }> {
  override state: { readonly failedAt?: string } = {};

  override componentDidCatch(error: Error): void {
    reportError(error);
    this.setState({ failedAt: this.props.place });
  }

  override render(): ReactNode {
    return this.state.failedAt === this.props.place ? <Missing /> : this.props.children;
  }
}

/** A tab that was opened before the console was renewed asks for files that are no longer there. */
function Missing() {
  return (
    <>
      <PageHeading intro="Either there is no connection, or the console has been renewed since you opened it. Reload to get this page. What you typed is kept, and nothing has been changed.">
        This page could not be loaded
      </PageHeading>
      <button type="button" className="usa-button" onClick={() => location.reload()}>
        Reload the page
      </button>
    </>
  );
}
