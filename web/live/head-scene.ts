/** The 3D head on a canvas. Loaded only when it is shown; drawn only when it moved. */
import {
  AmbientLight,
  CanvasTexture,
  DirectionalLight,
  PerspectiveCamera,
  Scene,
  Sprite,
  SpriteMaterial,
  SRGBColorSpace,
  WebGLRenderer,
} from 'three';
import { t } from '../i18n/index.ts';
import { token } from '../ui/theme.ts';
import { buildHead } from './head-model.ts';
import { drawnPose } from './head-pose.ts';
import { live } from './live-data.ts';

export type HeadViewpoint = 'front' | 'behind';

export interface HeadScene {
  paint(): void;
  setViewpoint(viewpoint: HeadViewpoint): void;
  restyle(): void;
  resize(): void;
  destroy(): void;
}

/** Smallest change of the pose that is worth a picture: about 0.2 degrees. */
const LEAST_CHANGE = 0.0017;

/** True where pictures are drawn by the processor: then fewer points are drawn, and without smoothing of the edges. */
function drawnInSoftware(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return false;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

function letterSprite(): { readonly sprite: Sprite; draw(letter: string, fill: string, ink: string): void } {
  const canvas = document.createElement('canvas');
  canvas.width = 96;
  canvas.height = 96;
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  const sprite = new Sprite(new SpriteMaterial({ map: texture, depthTest: false }));
  sprite.scale.set(0.42, 0.42, 1);
  return {
    sprite,
    draw(letter, fill, ink) {
      const pen = canvas.getContext('2d')!;
      pen.clearRect(0, 0, 96, 96);
      pen.fillStyle = fill;
      pen.beginPath();
      pen.arc(48, 48, 46, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = ink;
      pen.font = '700 56px system-ui, sans-serif';
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      pen.fillText(letter, 48, 51);
      texture.needsUpdate = true;
    },
  };
}

/** Null where the browser has no WebGL. */
export function createHeadScene(canvas: HTMLCanvasElement): HeadScene | null {
  let renderer: WebGLRenderer;
  const software = drawnInSoftware();
  try {
    renderer = new WebGLRenderer({ canvas, alpha: true, antialias: !software, powerPreference: 'low-power' });
  } catch {
    return null;
  }
  const scene = new Scene();
  const camera = new PerspectiveCamera(29, 1, 1, 30);
  const model = buildHead();
  const ambient = new AmbientLight('#ffffff', 1.5);
  const key = new DirectionalLight('#ffffff', 1.9);
  scene.add(model.all, ambient, key);
  const left = letterSprite();
  const right = letterSprite();
  // On the shoulders, which keep still: the letters never cross the face.
  left.sprite.position.set(1.12, -1.86, 0);
  right.sprite.position.set(-1.12, -1.86, 0);
  model.all.add(left.sprite, right.sprite);

  const pose = Float64Array.of(1, 0, 0, 0);
  const shown = Float64Array.of(Number.NaN, 0, 0, 0);

  const draw = (): void => {
    // Head frame (x forward, y left, z up) to three's (z forward, x left, y up): the same cyclic renaming as the model.
    model.head.quaternion.set(pose[2]!, pose[3]!, pose[1]!, pose[0]!);
    renderer.render(scene, camera);
    shown.set(pose);
  };
  const scheme: HeadScene = {
    paint() {
      if (live.ring.count > 0) canvas.classList.toggle('unaligned', !drawnPose(pose, live.head));
      let change = 0;
      for (let i = 0; i < 4; i++) change = Math.max(change, Math.abs(pose[i]! - shown[i]!));
      if (change < LEAST_CHANGE) return;
      draw();
    },
    setViewpoint(viewpoint) {
      const side = viewpoint === 'front' ? 1 : -1;
      camera.position.set(0, viewpoint === 'front' ? 0.7 : 3.6, side * 8);
      camera.lookAt(0, -0.42, 0);
      key.position.set(side * 3, 5, side * 6);
      draw();
    },
    restyle() {
      model.recolour({
        skin: token('--head-skin'),
        hair: token('--head-hair'),
        feature: token('--head-feature'),
        band: token('--accent'),
        sensor: token('--head-sensor'),
        led: token('--head-led'),
        body: token('--head-body'),
      });
      left.draw(t.live.patientLeft, token('--left'), token('--surface'));
      right.draw(t.live.patientRight, token('--right'), token('--surface'));
      draw();
    },
    resize() {
      const box = canvas.parentElement!.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) return;
      renderer.setPixelRatio(software ? 0.75 : Math.min(1.5, window.devicePixelRatio));
      renderer.setSize(box.width, box.height, false);
      camera.aspect = box.width / box.height;
      // A narrow box shows the same width of head as a square one.
      camera.zoom = Math.min(1, camera.aspect);
      camera.updateProjectionMatrix();
      draw();
    },
    destroy() {
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
  scheme.resize();
  scheme.setViewpoint('behind');
  scheme.restyle();
  return scheme;
}
