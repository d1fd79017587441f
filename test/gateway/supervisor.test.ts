import { beforeEach, describe, expect, it } from 'vitest';
import { type ErrorCode, KitError } from '../../src/contract/errors.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { createSupervisor, DEFAULT_SUPERVISOR, type Supervisor } from '../../src/gateway/supervisor.ts';
import { createSerialQueue } from '../../src/gateway/waiting.ts';
import type { RawNotification, SensorSource, SensorStream, StreamListener } from '../../src/ports/sensor-source.ts';
import { DESCRIPTION } from '../contract/session-store.ts';
import { createVirtualTime, settle, type VirtualTime } from '../support/virtual-time.ts';

/** A source whose links do exactly what the test says. */
class ScriptedSource implements SensorSource {
  readonly sourceId = 'radio';
  readonly opens: StreamListener[] = [];
  stops = 0;
  underWay = 0;
  mostUnderWay = 0;
  /** What the next attempts do; 'ok' when empty. */
  script: ('ok' | 'hang' | ErrorCode)[] = [];
  status() {
    return { status: 'ready' } as const;
  }
  onStatus(): void {}
  async start(): Promise<void> {}
  async discover() {
    return async () => {};
  }
  async open(_sensorId: string, listener: StreamListener): Promise<SensorStream> {
    const step = this.script.shift() ?? 'ok';
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await settle();
    if (step === 'hang') await new Promise(() => {});
    this.underWay--;
    if (step !== 'ok') throw new KitError(step as ErrorCode);
    this.opens.push(listener);
    return {
      description: DESCRIPTION,
      battery: () => 0.5,
      rssiDbm: () => -50,
      identify: async () => {},
      prompt: () => {},
      stop: async () => {
        this.stops++;
      },
    };
  }
  async stop(): Promise<void> {}
  get current(): StreamListener {
    return this.opens.at(-1)!;
  }
}

describe('the supervisor', () => {
  let time: VirtualTime;
  let source: ScriptedSource;
  let supervisor: Supervisor;
  let phases: string[];
  let streams: number;
  let ends: string[];
  let received: number;

  function create(reconnects = true): void {
    phases = [];
    ends = [];
    streams = received = 0;
    supervisor = createSupervisor({
      source,
      sensorId: 'x',
      reconnects,
      connectQueue: createSerialQueue(),
      clock: time.clock,
      timers: time.timers,
      log: silentLog,
      listener: {
        onStream: () => streams++,
        onNotification: () => received++,
        onStreamEnd: (reason) => ends.push(reason),
        onPhase: (phase) => phases.push(phase),
      },
    });
  }
  function send(listener = source.current): void {
    const notification: RawNotification = {
      characteristic: 'c',
      bytes: Uint8Array.of(1),
      arrivalUs: time.clock.nowUs(),
    };
    listener.onNotification(notification);
  }
  async function stream(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 10) {
      send();
      await time.advance(10);
    }
  }
  beforeEach(() => {
    time = createVirtualTime();
    source = new ScriptedSource();
    create();
  });

  it('streams, and is stale 250 to 300 ms after the last sample', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(500);
    expect(supervisor.phase).toBe('streaming');
    await time.advance(230);
    expect(supervisor.phase).toBe('streaming');
    await time.advance(70);
    expect(supervisor.phase).toBe('stale');
    send();
    expect(supervisor.phase).toBe('streaming');
    expect(streams).toBe(1);
  });

  it('does not take its own late timer for a silent sensor', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(100);
    // The process was busy for three seconds: the timer runs first, the samples that waited right after it.
    time.skip(3000);
    await time.advance(0);
    send();
    await time.advance(40);
    expect(phases).not.toContain('stale');
    expect(phases).not.toContain('reconnecting');
    expect(supervisor.phase).toBe('streaming');
  });

  it('gives a silent link up after two seconds and makes it anew, without listening to the old one any more', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(100);
    const old = source.current;
    await time.advance(2100);
    expect(supervisor.phase).toBe('reconnecting');
    expect(source.stops).toBe(1);
    await time.advance(300);
    expect(streams).toBe(2);
    const before = received;
    send(old);
    old.onEnd('late news of the old link');
    expect(received).toBe(before);
    send();
    expect(received).toBe(before + 1);
    expect(supervisor.phase).toBe('streaming');
    expect(ends).toEqual(['no samples']);
  });

  it('comes back after a lost link, with growing pauses while the sensor is away', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(100);
    source.script = Array.from({ length: 7 }, () => 'SENSOR_NOT_FOUND' as const);
    const attempts: number[] = [];
    const open = source.open.bind(source);
    source.open = (sensorId, listener) => {
      attempts.push(time.nowMs);
      return open(sensorId, listener);
    };
    source.current.onEnd('out of range');
    expect(supervisor.phase).toBe('reconnecting');
    await time.advance(60_000);
    const pauses = attempts.slice(1).map((at, i) => at - attempts[i]!);
    expect(pauses.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(pauses.slice(4, 7)).toEqual([5000, 5000, 5000]);
    expect(streams).toBeGreaterThanOrEqual(2);
    expect(phases).not.toContain('failed');
  });

  it('retries at once when the radio is back', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(100);
    source.script = Array.from({ length: 6 }, () => 'RADIO_DIED' as const);
    source.current.onEnd('radio process ended');
    await time.advance(9000);
    expect(streams).toBe(1);
    source.script = [];
    supervisor.radioReady();
    await time.advance(20);
    expect(streams).toBe(2);
  });

  it('fails a sensor that never streamed after three attempts, and one that is not supported at once', async () => {
    source.script = ['LINK_TIMEOUT', 'LINK_TIMEOUT', 'LINK_TIMEOUT'];
    supervisor.start();
    await time.advance(10_000);
    expect(supervisor.phase).toBe('failed');
    expect(supervisor.message).toMatch(/did not answer/);
    create();
    source.script = ['SENSOR_UNSUPPORTED'];
    supervisor.start();
    await time.advance(100);
    expect(supervisor.phase).toBe('failed');
  });

  it('does not wait for ever for an attempt that hangs', async () => {
    source.script = ['hang', 'ok'];
    supervisor.start();
    await time.advance(DEFAULT_SUPERVISOR.openDeadlineMs + 1000);
    expect(streams).toBe(1);
  });

  it('reconnects when a link opens and then never sends anything', async () => {
    supervisor.start();
    await time.advance(5000);
    expect(streams).toBeGreaterThanOrEqual(2);
    expect(phases).not.toContain('streaming');
  });

  it('never has two attempts under way, whatever ends when', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(50);
    for (let i = 0; i < 200; i++) {
      if (i % 20 === 0) source.script.push(i % 2 ? 'LINK_TIMEOUT' : 'LINK_LOST');
      await time.advance(37);
      if (source.opens.length > 0) {
        send();
        if (i % 5 === 0) source.current.onEnd('broken');
        if (i % 7 === 0) supervisor.radioReady();
      }
    }
    expect(source.mostUnderWay).toBe(1);
    expect(source.opens.length).toBeGreaterThan(5);
  });

  it('is quiet after stop, and lets the link go', async () => {
    supervisor.start();
    await time.advance(50);
    await stream(50);
    await supervisor.stop();
    expect(source.stops).toBe(1);
    const before = received;
    send();
    source.current.onEnd('x');
    await time.advance(10_000);
    expect(received).toBe(before);
    expect(streams).toBe(1);
    expect(time.waiting).toBe(0);
  });

  it('ends with a recording instead of asking for it again', async () => {
    create(false);
    supervisor.start();
    await time.advance(50);
    await stream(50);
    source.current.onEnd('the recording is at its end');
    await time.advance(10_000);
    expect(supervisor.phase).toBe('failed');
    expect(supervisor.message).toBe('the recording is at its end');
    expect(streams).toBe(1);
  });
});
