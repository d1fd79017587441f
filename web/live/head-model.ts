/**
 * A friendly head from primitives. Built in the drawing frame of three (x to the patient's left, y up, z forward),
 * which is the head frame with its axes renamed (x forward, y left, z up): a pure relabelling, so nothing is mirrored.
 */
import {
  CapsuleGeometry,
  ConeGeometry,
  CylinderGeometry,
  Group,
  LatheGeometry,
  Mesh,
  MeshLambertMaterial,
  SphereGeometry,
  TorusGeometry,
  Vector2,
} from 'three';

export interface HeadColours {
  skin: string;
  hair: string;
  feature: string;
  band: string;
  sensor: string;
  led: string;
  body: string;
}

export interface HeadModel {
  /** Everything, the still shoulders included. */
  readonly all: Group;
  /** What turns. */
  readonly head: Group;
  recolour(colours: HeadColours): void;
}

/** An egg with a chin: below the middle it narrows and comes forward. One surface, so that no seam shows. */
function skullGeometry(): SphereGeometry {
  const geometry = new SphereGeometry(1, 48, 36);
  const points = geometry.getAttribute('position');
  for (let i = 0; i < points.count; i++) {
    const x = points.getX(i);
    const y = points.getY(i);
    const z = points.getZ(i);
    const low = Math.max(0, -y);
    const narrow = 1 - 0.24 * low ** 2;
    // The back of the head draws in towards the neck, the front does not.
    const depth = z < 0 ? 1 - 0.5 * low ** 1.5 : 1 - 0.12 * low;
    points.setXYZ(i, x * 0.86 * narrow, y * (y < 0 ? 1.28 : 1.02), z * depth + 0.1 * low ** 2);
  }
  geometry.computeVertexNormals();
  return geometry;
}

export function buildHead(): HeadModel {
  const material = {
    skin: new MeshLambertMaterial(),
    hair: new MeshLambertMaterial(),
    feature: new MeshLambertMaterial(),
    band: new MeshLambertMaterial(),
    sensor: new MeshLambertMaterial(),
    led: new MeshLambertMaterial(),
    body: new MeshLambertMaterial(),
  };
  const head = new Group();
  const put = (mesh: Mesh, x: number, y: number, z: number): Mesh => {
    mesh.position.set(x, y, z);
    head.add(mesh);
    return mesh;
  };

  put(new Mesh(skullGeometry(), material.skin), 0, 0.25, -0.05);
  const nose = put(new Mesh(new ConeGeometry(0.17, 0.5, 20), material.skin), 0, -0.06, 0.97);
  nose.rotation.x = 0.55;
  put(new Mesh(new SphereGeometry(0.15, 18, 14), material.skin), 0, -0.22, 1.02);
  for (const side of [1, -1]) {
    const eye = put(new Mesh(new SphereGeometry(0.085, 16, 12), material.feature), 0.31 * side, 0.06, 0.84);
    eye.scale.set(1, 1.25, 0.5);
    const brow = put(new Mesh(new CapsuleGeometry(0.035, 0.22, 4, 10), material.hair), 0.31 * side, 0.27, 0.87);
    brow.rotation.z = Math.PI / 2 - 0.1 * side;
    const ear = put(new Mesh(new SphereGeometry(0.24, 20, 16), material.skin), 0.87 * side, 0.02, -0.06);
    ear.scale.set(0.42, 1.15, 0.8);
  }
  const mouth = put(new Mesh(new TorusGeometry(0.2, 0.03, 8, 24, Math.PI * 0.7), material.feature), 0, -0.42, 0.8);
  mouth.rotation.z = Math.PI * 1.15;
  mouth.rotation.x = -0.1;

  const hair = put(
    new Mesh(new SphereGeometry(1.04, 40, 20, 0, Math.PI * 2, 0, Math.PI * 0.5), material.hair),
    0,
    0.36,
    -0.1,
  );
  hair.scale.set(0.87, 0.96, 1);
  hair.rotation.x = -0.42;

  // The headband is a padded ring around the skull with the sensor in the middle of the forehead.
  const bandProfile = [
    new Vector2(0.94, -0.13),
    new Vector2(1.09, -0.11),
    new Vector2(1.12, 0),
    new Vector2(1.09, 0.11),
    new Vector2(0.94, 0.13),
  ];
  const band = put(new Mesh(new LatheGeometry(bandProfile, 48), material.band), 0, 0.5, -0.05);
  band.scale.set(0.86, 1, 0.98);
  band.rotation.x = -0.06;
  const sensor = put(new Mesh(new CapsuleGeometry(0.12, 0.22, 6, 14), material.sensor), 0, 0.53, 1.03);
  sensor.rotation.z = Math.PI / 2;
  sensor.scale.set(1, 1, 0.6);
  put(new Mesh(new SphereGeometry(0.035, 10, 8), material.led), 0.12, 0.53, 1.105);

  const all = new Group();
  const neck = new Mesh(new CylinderGeometry(0.4, 0.5, 1.1, 28), material.body);
  neck.position.set(0, -1.15, -0.2);
  const shoulders = new Mesh(new CapsuleGeometry(0.5, 1.7, 8, 24), material.body);
  shoulders.rotation.z = Math.PI / 2;
  shoulders.scale.set(1, 1, 0.8);
  shoulders.position.set(0, -1.9, -0.22);
  all.add(neck, shoulders, head);

  return {
    all,
    head,
    recolour(colours) {
      for (const key of Object.keys(material) as (keyof HeadColours)[]) material[key].color.set(colours[key]);
    },
  };
}
