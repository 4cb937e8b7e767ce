/* Notes SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed terminal), so that training can stop between
 * two steps. */
#pragma once

/* From now on, the first of these signals is only noted; a second one ends the process. A signal
 * that is ignored from the start (nohup, a script's &) stays ignored. Another call is harmless;
 * after the first signal it does nothing. */
void signals_catch(void);

/* The signal that was noted, or 0. */
int signals_caught(void);
