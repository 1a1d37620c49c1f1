// run_async_main.hpp -- run_async_main(main): what a program with a coroutine as its main function does. (tokio: #[tokio::main])
//
//   Async<int> run() { ... co_return 0; }
//   int main() { return run_async_main(run); }                                    // on all cores
//   int main() { return run_async_main(run, RuntimeFlavor::current_thread); }     // on this thread alone
//
// Builds a runtime with I/O and time, blocks on the future, gives its output, and ends the runtime: tasks that are
// left are cancelled. For any other option use Builder.
// Errors: an exception of the future; std::system_error if the runtime cannot be built.
#pragma once

#include <utility>

#include "common/runtime/builder.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Main>
auto run_async_main(Main&& main, RuntimeFlavor flavor = RuntimeFlavor::multi_thread) {
  const Runtime runtime = flavor == RuntimeFlavor::multi_thread
                              ? Builder::new_multi_thread().enable_all().build()
                              : Builder::new_current_thread().enable_all().build();
  return runtime.block_on(std::forward<Main>(main));
}

}  // namespace async::inline ASYNC_FLAVOUR
