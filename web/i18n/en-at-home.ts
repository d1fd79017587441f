/** Words of the page that measures at home in the browser. Part of the English catalogue. */
export const atHome = {
  label: 'Kept on this device',
  missing: {
    PAGE_TWICE: {
      message: 'This page is open in another window already.',
      hint: 'Go on there, or close it and reload this one. Two of them would get in each other’s way.',
    },
    STORE_UNAVAILABLE: {
      message: 'This browser keeps nothing here.',
      hint: 'Open the page in an ordinary window, not in a private one. Without a place to keep the measurements, a closed page would lose them.',
    },
  },
  otherWay:
    'There is a second way: the clinic can give you the program for your own computer. It works with any browser.',
  notInvited:
    'This page has no invitation yet. What you measure stays on this device; to send it, open the link on the sheet of your clinic.',
  interrupted: (repetitions: string) =>
    `Your last visit was cut off. What was finished is kept: ${repetitions} movements.`,
  goOn: 'Continue where you stopped',
  waiting: (visits: number) =>
    visits === 1
      ? 'One visit is kept here, encrypted, until the clinic has it.'
      : `${visits} visits are kept here, encrypted, until the clinic has them.`,
  sending: 'On its way to the clinic …',
  send: 'Send now',
  confirmed: 'The clinic has received everything. Nothing of it is kept on this device any more.',
};
