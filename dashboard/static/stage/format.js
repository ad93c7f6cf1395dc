// Numbers as people read them. Everything shown goes through here, so that a number looks the same everywhere.
import { numerals, t } from './translate.js';

const WHOLE = new Intl.NumberFormat(numerals(), { maximumFractionDigits: 0 });
const POINT = new Intl.NumberFormat(numerals()).formatToParts(1.5).find((part) => part.type === 'decimal').value;
export const ABSENT = '–';

export const whole = (value) => (value === null || value === undefined ? ABSENT : WHOLE.format(value));

const local = (digits) => digits.replace('.', POINT);

/** So many decimals, so many figures, or as many as it has. */
export const fixed = (value, digits) => local(value.toFixed(digits));
export const precise = (value, figures) => local(value.toPrecision(figures));
export const plain = (value) => local(String(value));

/** A count in little room: 917, 3.9k, 12k. */
export function compact(value) {
  if (value < 1000) return whole(value);
  return value < 9950 ? `${fixed(value / 1000, 1)}k` : `${WHOLE.format(value / 1000)}k`;
}

/** Three figures: 7.4, 38, 1,204. */
export function short(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return ABSENT;
  const size = Math.abs(value);
  if (size >= 10 || Number.isInteger(value)) return WHOLE.format(value);
  return fixed(value, size >= 1 ? 1 : 2);
}

export const percent = (ratio, digits = 1) => (ratio === null || ratio === undefined ? ABSENT : fixed(100 * ratio, digits));

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}

/** A control's value with its unit; a share is shown in percent. */
export function withUnit(control, value) {
  if (value === null) return t('none');
  if (typeof value === 'boolean') return value ? t('on') : t('off');
  if (control.kind === 'class') return value.length ? t('{count} different policies', { count: value.length }) : t('all alike');
  if (Array.isArray(value)) return value.map((one) => (control.choices.find(([name]) => name === one) || [one, one])[1]).join(', ');
  if (control.kind === 'choice') return (control.choices.find(([name]) => name === value) || [value, value])[1];
  const shown = number(control, value);
  const unit = control.unit === 'requests/s' ? '/s' : control.unit;
  return unit ? `${shown} ${unit}` : shown;
}

/** The number that stands in a control's box. */
export function number(control, value) {
  if (value === null) return '';
  if (control.unit === '%') return plain(Math.round(value * 1000) / 10);
  if (control.whole || Math.abs(value) >= 1000) return WHOLE.format(value);
  if (value !== 0 && Math.abs(value) < 0.01) return plain(Number(value.toPrecision(2)));
  return plain(Math.round(value * 1000) / 1000);
}

export function parse(control, written) {
  const value = Number(POINT === ',' ? String(written).replace(/[.\s%]/g, '').replace(',', '.') : String(written).replace(/[,\s%]/g, ''));
  if (!Number.isFinite(value) || String(written).trim() === '') return undefined;
  const raw = control.unit === '%' ? value / 100 : value;
  const clamped = Math.min(control.most, Math.max(control.low, raw));
  return control.whole ? Math.round(clamped) : clamped;
}

/** Whether what was written into a control's box is no number that it takes. */
export function outside(control, written) {
  const value = parse(control, written);
  if (value === undefined) return true;
  const raw = Number(String(written).replace(/[,\s%]/g, '')) / (control.unit === '%' ? 100 : 1);
  return raw < control.low || raw > control.most;
}

/** The rate that is set where chance alone explains the measured one (four standard deviations of Poisson arrivals); else that. */
export function rateTold(set, measured, seconds, cv = 1) {
  return Math.abs(measured - set) <= 4 * Math.max(1, cv) * Math.sqrt(set / seconds) ? set : measured;
}

/** 2,000 requests/s are about 2.9 million users at 20 actions a day and a peak of three times the mean. */
export function users(rate) {
  const count = ((rate / 3) * 86400) / 20;
  if (count >= 1e6) return t('{number} million', { number: fixed(count / 1e6, count >= 1e7 ? 0 : 1) });
  const size = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return WHOLE.format(Math.round(count / size) * size);
}
