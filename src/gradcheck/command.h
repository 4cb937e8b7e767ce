/* onehot gradcheck is two programs: the command, which is one of onehot's, and the double twin
 * onehot-f64 (src/gradcheck), which does the work. What both say: */
#pragma once

#define GRADCHECK_NAME    "gradcheck"
#define GRADCHECK_SUMMARY "check a model's gradients, and whatever else can be wrong"
