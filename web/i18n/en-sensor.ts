/** Words of a connected sensor's card: where its attitude comes from. */
export const sensor = {
  attitude: {
    legend: 'Orientation comes from',
    from: { quaternion: 'the sensor itself', inertial: 'this kit’s filter' },
    usual: 'usual',
    help: 'Both are recorded either way, and the usual one measured better with this kind of sensor. After a change, align again.',
    waits: 'A test is running: this can be changed after it.',
  },
};
