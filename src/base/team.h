/* Threads that share work of which every part is independent of the others.
 *
 * What a part computes depends on its number alone, never on the thread that takes it or on how
 * many there are: so neither do results. */
#ifndef ONEHOT_BASE_TEAM_H
#define ONEHOT_BASE_TEAM_H

#include "base/error.h"

enum { TEAM_MOST = 256 }; /* threads of a team */

struct team;

/* A team of `threads`, 1 .. TEAM_MOST, of which the caller is one. NULL on failure. */
ERROR_CHECKED struct team *team_new(int threads, struct error *e);
void team_free(struct team *t); /* NULL is fine */

/* Calls work(context, part) once for each part of 0 .. parts - 1, each on whichever
 * thread is free, and returns when all are done. One call at a time. The team may be NULL here and
 * below: the caller alone. */
void team_run(struct team *t, int parts, void (*work)(void *context, int part), void *context);

/* How many threads take part in team_run: all at first; a smaller number lets the others sleep. */
int team_active(const struct team *t);
void team_set_active(struct team *t, int threads);

/* How many threads the team has, asleep or not. */
int team_threads(const struct team *t);

#endif
