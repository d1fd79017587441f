/** Words of the page that measures at home in the browser. Part of the English catalogue. */
export const atHome = {
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
};
