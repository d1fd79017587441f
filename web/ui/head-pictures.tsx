/**
 * The same friendly head three ways: from the front, from the side, from above. Groups with the class `moves` are what
 * the style sheet animates. Coordinates: 200 by 200, the head about the middle.
 */

interface PictureProps {
  readonly title: string;
}

function Shoulders() {
  return <path class="p-body" d="M30 200c4-30 30-38 52-42l0-22h36l0 22c22 4 48 12 52 42z" />;
}

/** From the front: the patient's left is on the right of the picture. */
export function HeadFront({ title }: PictureProps) {
  return (
    <svg class="picture front" viewBox="0 0 200 200" role="img">
      <title>{title}</title>
      <Shoulders />
      <g class="moves">
        <path class="p-skin" d="M46 84c-9-2-12 6-10 16s8 15 13 13zM154 84c9-2 12 6 10 16s-8 15-13 13z" />
        <path class="p-skin" d="M46 80c0-38 22-58 54-58s54 20 54 58c0 44-24 76-54 76s-54-32-54-76z" />
        <path class="p-hair" d="M46 74c-2-38 22-58 54-58s56 20 54 58c-12-16-18-22-54-22s-42 6-54 22z" />
        <circle class="p-line-fill" cx="79" cy="94" r="4" />
        <circle class="p-line-fill" cx="121" cy="94" r="4" />
        <path class="p-line" d="M100 94c-3 10-6 15-6 18 0 4 8 4 11 2M84 130c10 7 22 7 32 0" />
        <path class="p-band" d="M46 66c30-10 78-10 108 0l0 14c-30-9-78-9-108 0z" />
        <rect class="p-sensor" x="86" y="57" width="28" height="20" rx="5" />
        <circle class="p-led" cx="108" cy="63" r="2.4" />
      </g>
    </svg>
  );
}

/** The head from the side, looking to the right, in a square of 200. For use inside another SVG. */
export function HeadSideShape() {
  return (
    <>
      <path
        class="p-skin"
        d="M40 84c0-40 26-64 62-64 34 0 52 24 52 52l13 25c3 6 0 9-8 10l1 10c0 4-2 5-4 6 2 2 3 5 1 8 1 12-5 19-17 19-10 0-17-1-24-2v16H66c0-16-26-34-26-80z"
      />
      <path
        class="p-hair"
        d="M40 86c-4-44 26-70 62-70 32 0 50 20 52 46-14-4-30-2-44 4-12 6-12 20-22 30-8 6-14 14-12 34-16-4-32-18-36-44z"
      />
      <path class="p-band" d="M41 78c30-10 76-18 111-18l2 14c-34 0-80 8-112 18z" />
      <rect class="p-sensor" x="147" y="54" width="13" height="24" rx="4" />
      <circle class="p-line-fill" cx="138" cy="90" r="4" />
      <path class="p-line" d="M134 126c6 3 12 3 20 1" />
      <path class="p-ear" d="M88 92c8-6 18 0 16 10-1 8-6 14-12 12" />
    </>
  );
}

/** The head from behind, in a square of 200: the patient's left is on the left. For use inside another SVG. */
export function HeadBackShape() {
  return (
    <>
      <path class="p-skin" d="M46 84c-9-2-12 6-10 16s8 15 13 13zM154 84c9-2 12 6 10 16s-8 15-13 13z" />
      <path class="p-skin" d="M62 128c8 16 22 26 38 26s30-10 38-26z" />
      <path class="p-hair" d="M46 80c0-38 22-58 54-58s54 20 54 58c0 26-6 46-18 58-22-8-50-8-72 0-12-12-18-32-18-58z" />
      <path class="p-band" d="M46 72c30 10 78 10 108 0l0 14c-30 9-78 9-108 0z" />
    </>
  );
}

/** From the side; chin down turns it clockwise. */
export function HeadSide({ title }: PictureProps) {
  return (
    <svg class="picture side" viewBox="0 0 200 200" role="img">
      <title>{title}</title>
      <path class="p-body" d="M20 200c2-34 24-46 46-50l2-30h44l2 30c24 4 40 16 44 50z" />
      <g class="moves">
        <HeadSideShape />
      </g>
    </svg>
  );
}

/** The head from above, nose up: the patient's left is on the left of the picture. For use inside another SVG. */
export function HeadTopShape() {
  return (
    <>
      <path class="p-skin" d="M-11-56C-7-66-6-84 0-84S7-66 11-56z" />
      <path class="p-skin" d="M-46-8c-12-6-15 4-13 12s6 12 12 10zM46-8c12-6 15 4 13 12s-6 12-12 10z" />
      <ellipse class="p-skin" cx="0" cy="0" rx="48" ry="60" />
      <path class="p-hair" d="M0-44c30 0 42 24 42 50S26 54 0 54-42 32-42 6-30-44 0-44z" />
      <path class="p-band-line" d="M0-57c32 0 46 28 46 57S30 58 0 58-46 29-46 0-32-57 0-57z" />
      <rect class="p-sensor" x="-15" y="-62" width="30" height="12" rx="4" />
    </>
  );
}

export function HeadTop({ title }: PictureProps) {
  return (
    <svg class="picture top" viewBox="-100 -100 200 200" role="img">
      <title>{title}</title>
      <path class="p-body" d="M-92 30c0-26 34-34 92-34s92 8 92 34-30 38-92 38-92-12-92-38z" />
      <g class="moves">
        <HeadTopShape />
      </g>
    </svg>
  );
}

/** Of the movements that the alignment asks for. */
export const ALIGN_PICTURES = { still: HeadFront, nod: HeadSide, 'turn-left': HeadTop } as const;
