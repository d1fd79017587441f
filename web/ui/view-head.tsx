import type { ComponentChildren } from 'preact';
import { formatRoute, type Route } from '../logic/route.ts';
import { SimBadge } from './sim-badge.tsx';

/** The head of a view: one title, one sentence. */
export function ViewHead(props: {
  readonly title: string;
  readonly lead?: string;
  readonly simulated?: boolean;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="view-head">
      <div>
        <h1>
          {props.title} {props.simulated && <SimBadge long={true} />}
        </h1>
        {props.lead !== undefined && <p class="lead">{props.lead}</p>}
      </div>
      {props.children !== undefined && <div class="view-actions">{props.children}</div>}
    </div>
  );
}

/** A hint that another step comes first, with the way there. */
export function Gate(props: { readonly text: string; readonly to: Route; readonly label: string }) {
  return (
    <div class="gate">
      <p>{props.text}</p>
      <a class="button primary" href={formatRoute(props.to)}>
        {props.label}
      </a>
    </div>
  );
}
