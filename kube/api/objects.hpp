#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "kube/api/patch.hpp"
#include "kube/api/resource.hpp"

namespace kube {

// Port: what a reconcile may ask of the API server about one object. Implemented by ApiClient over
// HTTP, and by the simulated world in tests. Every error names the verb and the object.
class Objects {
 public:
  virtual ~Objects() = default;

  virtual boost::asio::awaitable<base::Result<boost::json::value>> get(ObjectPath path) = 0;

  // Answers with the object as it is after the patch. A patch that carries metadata.uid of another
  // object of that name fails with ErrorKind::conflict.
  virtual boost::asio::awaitable<base::Result<boost::json::value>> patch(ObjectPath path,
                                                                         Patch change) = 0;

  // Puts this in the place of what is there. Answers with the object as it is then. If the version
  // in `object` is not the present one: ErrorKind::conflict.
  virtual boost::asio::awaitable<base::Result<boost::json::value>> replace(
      ObjectPath path, boost::json::value object) = 0;

  // `path.name` is empty: the object names itself.
  virtual boost::asio::awaitable<base::Result<boost::json::value>> create(
      ObjectPath path, boost::json::value object) = 0;

  // Deletes only the object with this uid, or whichever has the name if it is empty. An object
  // that is gone already counts as deleted.
  virtual boost::asio::awaitable<base::Result<void>> remove(ObjectPath path, std::string uid) = 0;
};

}  // namespace kube
