/** Below it lie 97.5 % of the standard normal distribution: an interval of 95 % reaches so many deviations to each side. */
export const NORMAL_QUANTILE = 1.959963984540054;
