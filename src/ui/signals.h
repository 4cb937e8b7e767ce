/* Ctrl-C and SIGTERM, as a question: has one come? */
#pragma once

/* From now on the first SIGINT or SIGTERM is only remembered; a second one ends the process. One
 * that the caller of the program has switched off (nohup, a script's &) stays off. */
void signals_catch(void);

/* The signal that has come, or 0. */
int signals_caught(void);
