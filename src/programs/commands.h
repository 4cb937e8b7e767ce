/* The commands of onehot, one per file. A new one is a file, a line here and a row in main.c. */
#pragma once

#include "ui/command.h"

extern const struct command train_command, sweep_command, evaluate_command, predict_command,
    calibrate_command, report_command, compare_command, verify_command, export_command,
    pack_command, gradcheck_command, explain_command, boundary_command, softmax_command,
    schema_command;
