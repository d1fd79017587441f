/**
 * What marks a simulated sensor of any make: a service of its own beside the real ones, with one characteristic through
 * which the subject hears what it is asked to do. The kit's own headband has the same characteristic in its own service.
 */
import type { Uuid } from '../ports/gatt.ts';
import { HeadbandCharacteristic } from './headband-profile.ts';

export const SIMULATOR_SERVICE: Uuid = 'a3f500ff7c1e4b5a9d626e65636b726d';
export const SIMULATOR_PROMPT: Uuid = HeadbandCharacteristic.prompt;
