#include "ui/signals.h"
#include "base/libc.h"

#include <signal.h>

static const int handled[] = {SIGINT, SIGTERM, SIGHUP};
enum { HANDLED = sizeof handled / sizeof *handled };

static volatile sig_atomic_t caught; /* a handler may touch nothing else */

static void catch (int number) {
    caught = number;
    for (int i = 0; i < HANDLED; i++)
        signal(handled[i], SIG_DFL);
}

void signals_catch(void) {
    for (int i = 0; i < HANDLED && !caught; i++) {
        struct sigaction now, action = {.sa_handler = catch, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        if (sigaction(handled[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(handled[i], &action, NULL);
    }
}

int signals_caught(void) { return caught; }
