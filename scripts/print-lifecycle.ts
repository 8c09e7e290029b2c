/** Writes `docs/design/order-lifecycle.md` anew from the tables of the order path. */
import { writeFileSync } from 'node:fs';
import { LIFECYCLE_PAGE, lifecyclePage } from './lifecycle-page.ts';

writeFileSync(LIFECYCLE_PAGE, lifecyclePage());
