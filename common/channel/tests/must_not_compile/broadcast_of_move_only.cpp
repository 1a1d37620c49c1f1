// broadcast_of_move_only.cpp -- each receiver of a broadcast gets a copy.
// error: send a std::shared_ptr to what cannot be copied
#include <memory>

#include "common/channel/broadcast.hpp"

#ifdef WRONG
using Message = std::unique_ptr<int>;
#else
using Message = std::shared_ptr<int>;
#endif

auto make() { return async::broadcast::channel<Message>(1); }
