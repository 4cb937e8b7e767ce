/* The commands of onehot, one per file. A new one is a file, its help/COMMAND.txt, two lines here
 * and a row in main.c. */
#pragma once

#include "ui/command.h"

extern const struct command train_command, sweep_command, evaluate_command, predict_command,
    calibrate_command, report_command, compare_command, verify_command, export_command,
    pack_command, gradcheck_command, explain_command, boundary_command, softmax_command,
    schema_command;

/* The fields of a command but its summary and arguments: its name; its `options` and min .. max
 * other arguments; its help, the file help/NAME.txt (base/embed.h); its function `run`. */
#define COMMAND(command, min, max)                                                                 \
    .name = #command, .title = "onehot " #command, COMMAND_LINE(min, max),                         \
    .help = embed_programs_help_##command##_txt, .run = run

extern const char embed_programs_help_boundary_txt[], embed_programs_help_calibrate_txt[],
    embed_programs_help_compare_txt[], embed_programs_help_evaluate_txt[],
    embed_programs_help_explain_txt[], embed_programs_help_export_txt[],
    embed_programs_help_pack_txt[], embed_programs_help_predict_txt[],
    embed_programs_help_report_txt[], embed_programs_help_schema_txt[],
    embed_programs_help_softmax_txt[], embed_programs_help_sweep_txt[],
    embed_programs_help_train_txt[], embed_programs_help_verify_txt[];
