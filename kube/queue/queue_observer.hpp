#pragma once

#include <string>

namespace kube {

// Is told what happens in a work queue, as it happens. It must not call the queue.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;

  // The key is wanted and was not before: it waits for its turn, and for the end of the run that is
  // in hand.
  virtual void added(const std::string& key) = 0;
  // The wish has come to nothing: the run that is due anyway serves it, or the queue was shut down.
  virtual void dropped(const std::string& key) = 0;
  // The key is handed out, then given back.
  virtual void taken(const std::string& key) = 0;
  virtual void finished(const std::string& key) = 0;
  // The key is to come later: again, or after a failure.
  virtual void delayed(const std::string& key) = 0;
};

}  // namespace kube
