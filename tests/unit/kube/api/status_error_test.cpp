#include "kube/api/status_error.hpp"

#include <functional>

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace kube {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;

const Resource contents{"snapshot.storage.k8s.io", "v1", "volumesnapshotcontents"};

ApiCall call(const std::string& verb, bool conditional = false) {
  ApiCall call(verb, ObjectPath(contents, "", "a", "status"));
  call.credentials = "the token file /t";
  call.conditional = conditional;
  return call;
}

ResponseHead head(int status, const std::string& media_type = "application/json") {
  ResponseHead head;
  head.status = status;
  head.media_type = media_type;
  return head;
}

TEST_CASE("the reason decides, the code only where the reason is none that is known") {
  struct Row {
    const char* reason;
    int code;
    ErrorKind kind;
  };
  const Row table[] = {
      {"AlreadyExists", 409, ErrorKind::already_exists},
      {"Conflict", 409, ErrorKind::conflict},
      {"", 409, ErrorKind::conflict},
      {"FromTheFuture", 409, ErrorKind::conflict},
      {"NotFound", 404, ErrorKind::not_found},
      {"NotFound", 500, ErrorKind::not_found},
      {"", 404, ErrorKind::not_found},
      {"BadRequest", 400, ErrorKind::invalid},
      {"Invalid", 422, ErrorKind::invalid},
      {"", 422, ErrorKind::invalid},
      {"RequestEntityTooLarge", 413, ErrorKind::invalid},
      {"Unauthorized", 401, ErrorKind::unauthenticated},
      {"Forbidden", 403, ErrorKind::forbidden},
      {"MethodNotAllowed", 405, ErrorKind::unimplemented},
      {"NotAcceptable", 406, ErrorKind::unimplemented},
      {"UnsupportedMediaType", 415, ErrorKind::unimplemented},
      {"Gone", 410, ErrorKind::expired},
      {"Expired", 410, ErrorKind::expired},
      {"", 410, ErrorKind::expired},
      {"TooManyRequests", 429, ErrorKind::throttled},
      {"ServiceUnavailable", 429, ErrorKind::throttled},
      {"InternalError", 500, ErrorKind::internal},
      {"StorageReadError", 500, ErrorKind::internal},
      {"ServerTimeout", 500, ErrorKind::timed_out},
      {"ServiceUnavailable", 503, ErrorKind::unavailable},
      {"", 503, ErrorKind::unavailable},
      {"Timeout", 504, ErrorKind::timed_out},
      {"", 502, ErrorKind::internal},
      {"", 418, ErrorKind::unknown},
      {"", 302, ErrorKind::unknown},
  };
  for (const Row& row : table) {
    INFO(row.reason << " " << row.code);
    CHECK(kind_of(row.reason, row.code) == row.kind);
  }
}

TEST_CASE("a refusal without a Status is told from its code") {
  struct Row {
    const char* sentence;
    ResponseHead head;
    std::string body;
    ErrorKind kind;
    std::string text;
  };
  const std::string answered = ": the server answered HTTP ";
  const Row table[] = {
      {"plain text is repeated", head(500, "text/plain"), "out of\nluck\n", ErrorKind::internal,
       answered + "500: out of luck"},
      {"but not more than 2 KiB of it", head(500, "text/plain"), std::string(5000, 'x'),
       ErrorKind::internal, answered + "500: " + std::string(2048, 'x')},
      {"a web page is not", head(502, "text/html"), "<html>", ErrorKind::internal,
       answered + "502"},
      {"nothing", head(503, ""), "", ErrorKind::unavailable, answered + "503"},
      {"JSON that is no Status", head(500), R"({"a":1})", ErrorKind::internal, answered + "500"},
      {"a Status that is no failure", head(500), R"({"kind":"Status","status":"Success"})",
       ErrorKind::internal, answered + "500"},
      {"another kind with a status", head(500), R"({"kind":"Pod","status":"Failure"})",
       ErrorKind::internal, answered + "500"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const base::Error error = refusal(call("patch"), row.head, row.body);
    CHECK(error.kind() == row.kind);
    CHECK(error.text() == "patch volumesnapshotcontents/a/status" + row.text);
  }
}

TEST_CASE("409 without a Status means another thing to POST") {
  CHECK(refusal(call("create"), head(409), "").kind() == ErrorKind::already_exists);
  CHECK(refusal(call("patch"), head(409), "").kind() == ErrorKind::conflict);
}

TEST_CASE("a Status speaks for itself, with or without its kind") {
  const base::Error error =
      refusal(call("patch"), head(500),
              R"({"status":"Failure","reason":"Conflict","message":"it has changed","code":409})");
  CHECK(error.kind() == ErrorKind::conflict);
  CHECK(error.text() == "patch volumesnapshotcontents/a/status: it has changed");
  const base::Error silent = refusal(call("patch"), head(500), R"({"status":"Failure"})");
  CHECK(silent.kind() == ErrorKind::internal);
  CHECK(silent.text() == "patch volumesnapshotcontents/a/status: the server answered code 500");
}

TEST_CASE("when a refused patch is a conflict") {
  struct Row {
    const char* sentence;
    bool conditional;
    std::string details;
    ErrorKind kind;
  };
  const Row table[] = {
      {"another object has the name by now", false,
       R"({"causes":[{"reason":"FieldValueInvalid","field":"metadata.uid"}]})",
       ErrorKind::conflict},
      {"a value is not allowed", false,
       R"({"causes":[{"reason":"FieldValueInvalid","field":"spec.driver"}]})", ErrorKind::invalid},
      {"a merge patch is refused for no field", false, "{}", ErrorKind::invalid},
      {"a test of a JSON patch failed", true, "{}", ErrorKind::conflict},
      {"the tests passed but a value is not allowed", true,
       R"({"causes":[{"reason":"FieldValueInvalid","field":"spec.driver"}]})", ErrorKind::invalid},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const std::string body =
        R"({"kind":"Status","status":"Failure","reason":"Invalid","message":"m","code":422,)"
        R"("details":)" +
        row.details + "}";
    CHECK(refusal(call("patch", row.conditional), head(422), body).kind() == row.kind);
  }
}

TEST_CASE("an error names what an operator has to look at") {
  CHECK(refusal(call("patch"), head(401), "").text() ==
        "patch volumesnapshotcontents/a/status: the server answered HTTP 401; it does not accept "
        "our credentials, check the token file /t");
  CHECK(
      refusal(call("patch"), head(403), "").text() ==
      "patch volumesnapshotcontents/a/status: the server answered HTTP 403; our account needs an "
      "RBAC rule with the verb \"patch\" on volumesnapshotcontents.snapshot.storage.k8s.io/status");
  const ApiCall list("list", ObjectPath(contents, "", ""));
  CHECK(refusal(list, head(404, "text/plain"), "404 page not found\n").text() ==
        "list volumesnapshotcontents.snapshot.storage.k8s.io: the server answered HTTP 404: 404 "
        "page not found; it does not serve volumesnapshotcontents.snapshot.storage.k8s.io in "
        "version v1");
}

TEST_CASE("how long to stay away comes from the Status, else from the header") {
  const auto wait = [](const std::string& reason, const std::string& details) {
    ResponseHead with_header = head(500);
    with_header.retry_after = 9s;
    return refusal(call("get"), with_header,
                   R"({"status":"Failure","reason":")" + reason + R"(","details":)" + details + "}")
        .retry_after();
  };
  CHECK(wait("InternalError", R"({"retryAfterSeconds":4})") == 4s);
  CHECK(wait("InternalError", R"({"retryAfterSeconds":0})") == 9s);
  CHECK(wait("InternalError", "{}") == 9s);
  CHECK(wait("ServerTimeout", R"({"retryAfterSeconds":0})") == 0s);
  CHECK_FALSE(refusal(call("get"), head(500), "").retry_after().has_value());
}

TEST_CASE("a Status of any shape is survived") {
  for (const char* body : {"null", "[]", "1", "{}", R"({"code":"x","reason":1,"message":[]})",
                           R"({"details":1})", R"({"details":{"causes":1}})",
                           R"({"details":{"causes":[1,null,{}],"retryAfterSeconds":"x"}})"}) {
    INFO(body);
    CHECK(status_error(call("get"), boost::json::parse(body)).kind() == ErrorKind::unknown);
  }
}

TEST_CASE("a success may hide a failure") {
  const auto hidden = [](const char* body) {
    return hidden_failure(call("delete"), boost::json::parse(body)).has_value();
  };
  CHECK(hidden(R"({"kind":"Status","apiVersion":"v1","status":"Failure","code":500})"));
  CHECK_FALSE(hidden(R"({"kind":"Status","apiVersion":"v1","status":"Success"})"));
  CHECK_FALSE(hidden(R"({"kind":"Widget","apiVersion":"v1","status":"Failure"})"));
}

}  // namespace
}  // namespace kube
