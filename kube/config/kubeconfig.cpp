#include "kube/config/kubeconfig.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "kube/config/base64.hpp"
#include "kube/config/pem.hpp"
#include "kube/config/read_file.hpp"

namespace kube {
namespace {

using Problems = std::vector<std::string>;

base::Error bad(const std::string& path, const std::string& why) {
  return base::Error(base::ErrorKind::invalid, "kubeconfig " + path + why);
}

base::Error joined(const std::string& path, const Problems& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? ": " : "; ") + problem;
  return bad(path, text);
}

// One entry of clusters, users or contexts: what stands under its name.
class Entry {
 public:
  Entry(std::string label, YAML::Node fields, Problems& problems)
      : label_(std::move(label)), fields_(std::move(fields)), problems_(problems) {}

  bool has(const char* key) const {
    const YAML::Node node = at(key);
    return node && !node.IsNull();
  }

  std::string text(const char* key) const {
    const YAML::Node node = at(key);
    if (!node || node.IsNull()) return {};
    if (node.IsScalar()) return node.Scalar();
    complain(std::string(key) + " is not text");
    return {};
  }

  bool flag(const char* key) const {
    const std::string value = text(key);
    if (value == "true") return true;
    if (!value.empty() && value != "false")
      complain(std::string(key) + " is neither true nor false");
    return false;
  }

  std::vector<std::string> texts(const YAML::Node& list, const std::string& key) const {
    std::vector<std::string> values;
    if (!list || list.IsNull()) return values;
    if (!list.IsSequence()) complain(key + " is not a list");
    for (const YAML::Node& value : list)
      if (value.IsScalar()) values.push_back(value.Scalar());
    return values;
  }

  YAML::Node at(const char* key) const {
    return fields_.IsMap() ? fields_[key] : YAML::Node(YAML::NodeType::Undefined);
  }

  void complain(const std::string& what) const { problems_.push_back(label_ + ": " + what); }

 private:
  std::string label_;
  const YAML::Node fields_;  // const: asking for a key must not create it
  Problems& problems_;
};

class Loader {
 public:
  Loader(std::string path, const YAML::Node& root)
      : path_(std::move(path)), folder_(std::filesystem::path(path_).parent_path()), root_(root) {}

  base::Result<ClusterConfig> load() {
    config_.source = "kubeconfig " + path_;
    if (const std::optional<Entry> context = current_context()) {
      config_.space = context->text("namespace");
      if (const auto cluster = find("clusters", "cluster", context->text("cluster"))) {
        read_server(*cluster);
        read_trust(*cluster);
      } else {
        context->complain("there is no cluster \"" + context->text("cluster") + '"');
      }
      // A user that is missing is nobody: client-go and kube-rs then connect anonymously.
      if (const auto user = find("users", "user", context->text("user"))) {
        refuse_plugins(*user);
        read_credentials(*user);
        read_certificate(*user);
        read_impersonation(*user);
      }
    }
    if (!problems_.empty()) return joined(path_, problems_);
    return std::move(config_);
  }

 private:
  std::optional<Entry> current_context() {
    if (!root_.IsMap()) {
      problems_.push_back("it holds no clusters, users and contexts");
      return std::nullopt;
    }
    const Entry top("the top level", root_, problems_);
    const std::string name = top.text("current-context");
    if (name.empty()) {
      problems_.push_back("it has no current-context; choose one with kubectl config use-context");
      return std::nullopt;
    }
    std::optional<Entry> context = find("contexts", "context", name);
    if (!context)
      problems_.push_back("there is no context \"" + name + "\", which current-context names");
    return context;
  }

  std::optional<Entry> find(const char* list, const char* singular, const std::string& name) {
    std::optional<Entry> found;
    const YAML::Node entries = root_[list];
    if (!entries || !entries.IsSequence()) return found;
    for (const YAML::Node& entry : entries) {
      if (!entry.IsMap() || !entry["name"] || !entry["name"].IsScalar()) continue;
      if (entry["name"].Scalar() != name) continue;
      if (found) found->complain("there are two of this name");
      if (!found)
        found.emplace(std::string(singular) + " \"" + name + '"', entry[singular], problems_);
    }
    return found;
  }

  void read_server(const Entry& cluster) {
    if (cluster.has("proxy-url"))
      cluster.complain("proxy-url is not supported; give a server that is reached directly");
    const std::string url = cluster.text("server");
    if (url.empty()) return cluster.complain("it has no server");
    base::Result<ServerUrl> server = parse_server_url(url);
    if (!server) return cluster.complain(server.error().text());
    config_.server = *std::move(server);
  }

  void read_trust(const Entry& cluster) {
    TlsSettings& tls = config_.tls;
    tls.server_name = cluster.text("tls-server-name");
    tls.verify = !cluster.flag("insecure-skip-tls-verify");
    const bool given =
        cluster.has("certificate-authority") || cluster.has("certificate-authority-data");
    tls.ca_pem = pem(cluster, "certificate-authority", "certificate-authority-data");
    if (cluster.has("certificate-authority"))
      tls.ca_file = resolved(cluster.text("certificate-authority"));
    if (!given) return;
    if (!tls.verify)
      cluster.complain(
          "insecure-skip-tls-verify and a certificate-authority contradict each other");
    if (tls.ca_pem.empty()) return;  // has been complained about
    if (const auto usable = check_certificates(tls.ca_pem); !usable)
      cluster.complain("the certificate-authority " + usable.error().text());
  }

  void refuse_plugins(const Entry& user) {
    const std::string instead =
        " not supported by this program; use a token, a tokenFile or a client certificate";
    if (user.has("exec")) user.complain("exec credential plugins are" + instead);
    if (user.has("auth-provider")) user.complain("auth-provider is" + instead);
  }

  void read_credentials(const Entry& user) {
    Credentials& own = config_.credentials;
    own.token = Secret(user.text("token"));
    own.username = user.text("username");
    own.password = Secret(user.text("password"));
    if (user.has("tokenFile")) {
      own.token_file = resolved(user.text("tokenFile"));
      if (const auto content = read_file(own.token_file); !content)
        user.complain("tokenFile: " + content.error().text());
    }
    const bool bearer = !own.token.empty() || !own.token_file.empty();
    if (bearer && !own.username.empty()) user.complain("a token and a username exclude each other");
  }

  void read_certificate(const Entry& user) {
    TlsSettings& tls = config_.tls;
    tls.certificate_pem = pem(user, "client-certificate", "client-certificate-data");
    tls.key_pem = Secret(pem(user, "client-key", "client-key-data"));
    const bool certificate = user.has("client-certificate") || user.has("client-certificate-data");
    const bool key = user.has("client-key") || user.has("client-key-data");
    if (certificate && !key) user.complain("there is a client-certificate but no client-key");
    if (key && !certificate) user.complain("there is a client-key but no client-certificate");
    if (tls.certificate_pem.empty() || tls.key_pem.empty()) return;
    if (const auto usable = check_certificates(tls.certificate_pem); !usable)
      return user.complain("the client-certificate " + usable.error().text());
    if (const auto pair = check_key_pair(tls.certificate_pem, tls.key_pem.reveal()); !pair)
      user.complain("the client-key " + pair.error().text());
  }

  void read_impersonation(const Entry& user) {
    Impersonation& as = config_.act_as;
    as.user = user.text("as");
    as.uid = user.text("as-uid");
    as.groups = user.texts(user.at("as-groups"), "as-groups");
    const YAML::Node extra = user.at("as-user-extra");
    if (extra && extra.IsMap())
      for (const auto& pair : extra)
        for (const std::string& value : user.texts(pair.second, "as-user-extra"))
          as.extra.emplace_back(pair.first.Scalar(), value);
    const bool more = !as.uid.empty() || !as.groups.empty() || !as.extra.empty();
    if (more && as.user.empty()) user.complain("as-uid, as-groups and as-user-extra need as");
  }

  // The text of a file, or of base64 in the kubeconfig itself; empty: neither, or a problem.
  std::string pem(const Entry& entry, const char* file_key, const char* data_key) {
    const std::string file = entry.text(file_key);
    const std::string data = entry.text(data_key);
    if (!file.empty() && !data.empty())
      entry.complain(std::string(file_key) + " and " + data_key + " exclude each other");
    if (!data.empty()) {
      std::optional<std::string> decoded = base64_decode(data);
      if (!decoded) entry.complain(std::string(data_key) + " is not valid base64");
      return decoded.value_or("");
    }
    if (file.empty()) return {};
    base::Result<std::string> content = read_file(resolved(file));
    if (content && !content->empty()) return *std::move(content);
    entry.complain(std::string(file_key) + ": " +
                   (content ? resolved(file) + " is empty" : content.error().text()));
    return {};
  }

  std::string resolved(const std::string& path) const { return (folder_ / path).string(); }

  const std::string path_;
  const std::filesystem::path folder_;
  const YAML::Node root_;
  Problems problems_;
  ClusterConfig config_;
};

std::string without_byte_order_mark(std::string text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.erase(0, mark.size());
  return text;
}

}  // namespace

base::Result<ClusterConfig> load_kubeconfig(const std::string& path) {
  base::Result<std::string> text = read_file(path);
  if (!text) return text.error().while_doing("kubeconfig");
  try {
    const YAML::Node root = YAML::Load(without_byte_order_mark(*std::move(text)));
    return Loader(path, root).load();
  } catch (const YAML::Exception& broken) {
    const std::string place = ", line " + std::to_string(broken.mark.line + 1) + ", column " +
                              std::to_string(broken.mark.column + 1);
    return bad(path, (broken.mark.is_null() ? "" : place) + ": " + broken.msg);
  }
}

}  // namespace kube
