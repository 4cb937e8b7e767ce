/* Notes SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed terminal), so that a training can stop
 * between two steps. */
#pragma once

/* From now on the first of these signals is only noted; a second one ends the process. A signal
 * that the process was started to ignore (nohup, a script's &) stays ignored. May be called again;
 * after the first signal it does nothing. */
void signals_catch(void);

/* The signal that came, or 0. */
int signals_caught(void);
