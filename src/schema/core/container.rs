//! Kubernetes types of a sidecar container: ports, probes, hooks, security.
//!
//! Fields, types and `omitempty` as in `k8s.io/api` 0.18.2, 0.22.0, 0.28.11 and
//! 0.31.0; required fields, defaults and list keys as in `CassKop`'s CRDs.
//! Tables only.

use super::super::profile::Profile;
use super::super::types::{Constant, Field, Struct, Ty};
use super::pod::{ENV_FROM_SOURCE, ENV_VAR, RESOURCE_REQUIREMENTS, VOLUME_DEVICE, VOLUME_MOUNT};

/// Kubernetes `Container`.
pub(in crate::schema) static CONTAINER: Struct = Struct {
    name: "Container",
    fields: &[
        Field::new("name", Ty::Text, "Name of the container; unique in the pod.").always().required(),
        Field::new("image", Ty::Text, "Image."),
        Field::new("command", Ty::List(&Ty::Text), "Entry point, instead of the image's."),
        Field::new("args", Ty::List(&Ty::Text), "Arguments of the entry point."),
        Field::new("workingDir", Ty::Text, "Working directory."),
        Field::new("ports", Ty::List(&Ty::Struct(&CONTAINER_PORT)), "Ports that the container opens, for information.")
            .keys(Profile::V1_1_5, &["containerPort"]),
        Field::new("envFrom", Ty::List(&Ty::Struct(&ENV_FROM_SOURCE)), "Variables from whole ConfigMaps and Secrets."),
        Field::new("env", Ty::List(&Ty::Struct(&ENV_VAR)), "Environment variables.").keys(Profile::V2_3_1, &["name"]),
        Field::new("resources", Ty::Struct(&RESOURCE_REQUIREMENTS), "CPU and memory."),
        Field::new("resizePolicy", Ty::List(&Ty::Struct(&CONTAINER_RESIZE_POLICY)), "What a resize of a resource does.")
            .core_since(28),
        Field::new("restartPolicy", Ty::Text, "Only for init containers: `Always`.").pointer().core_since(28),
        Field::new("volumeMounts", Ty::List(&Ty::Struct(&VOLUME_MOUNT)), "Volumes to mount.")
            .keys(Profile::V2_3_1, &["mountPath"]),
        Field::new("volumeDevices", Ty::List(&Ty::Struct(&VOLUME_DEVICE)), "Block devices to map.")
            .keys(Profile::V2_3_1, &["devicePath"]),
        Field::new("livenessProbe", Ty::Struct(&PROBE), "Restarts the container when it fails.").pointer(),
        Field::new("readinessProbe", Ty::Struct(&PROBE), "Takes the pod out of Services while it fails.").pointer(),
        Field::new("startupProbe", Ty::Struct(&PROBE), "Holds the other probes back until it succeeds.").pointer(),
        Field::new("lifecycle", Ty::Struct(&LIFECYCLE), "Hooks at start and stop.").pointer(),
        Field::new("terminationMessagePath", Ty::Text, "File with the message of the container's end."),
        Field::new("terminationMessagePolicy", Ty::Text, "`File` or `FallbackToLogsOnError`."),
        Field::new("imagePullPolicy", Ty::Text, "`Always`, `IfNotPresent` or `Never`."),
        Field::new("securityContext", Ty::Struct(&SECURITY_CONTEXT), "Security options of the container.").pointer(),
        Field::new("stdin", Ty::Bool, "Keep standard input open."),
        Field::new("stdinOnce", Ty::Bool, "Close standard input after the first client."),
        Field::new("tty", Ty::Bool, "Give it a terminal."),
    ],
};

/// Kubernetes `ContainerPort`.
pub(in crate::schema) static CONTAINER_PORT: Struct = Struct {
    name: "ContainerPort",
    fields: &[
        Field::new("name", Ty::Text, "Name of the port."),
        Field::new("hostPort", Ty::Int32, "Port on the node."),
        Field::new("containerPort", Ty::Int32, "Port in the pod.").always().required(),
        Field::new("protocol", Ty::Text, "`TCP`, `UDP` or `SCTP`.").default_since(Profile::V2_2_9, Constant::Text("TCP")),
        Field::new("hostIP", Ty::Text, "Address on the node."),
    ],
};

/// Kubernetes `ContainerResizePolicy`.
pub(in crate::schema) static CONTAINER_RESIZE_POLICY: Struct = Struct {
    name: "ContainerResizePolicy",
    fields: &[
        Field::new("resourceName", Ty::Text, "`cpu` or `memory`.").always().required(),
        Field::new("restartPolicy", Ty::Text, "`NotRequired` or `RestartContainer`.").always().required(),
    ],
};

/// Kubernetes `Probe`.
pub(in crate::schema) static PROBE: Struct = Struct {
    name: "Probe",
    fields: &[
        Field::new("exec", Ty::Struct(&EXEC_ACTION), "Runs a command.").pointer(),
        Field::new("httpGet", Ty::Struct(&HTTP_GET_ACTION), "Makes an HTTP request.").pointer(),
        Field::new("tcpSocket", Ty::Struct(&TCP_SOCKET_ACTION), "Opens a TCP connection.").pointer(),
        Field::new("grpc", Ty::Struct(&GRPC_ACTION), "Calls the gRPC health service.").pointer().core_since(28),
        Field::new("initialDelaySeconds", Ty::Int32, "Seconds after the start before the first probe."),
        Field::new("timeoutSeconds", Ty::Int32, "Seconds after which a probe has failed."),
        Field::new("periodSeconds", Ty::Int32, "Seconds between probes."),
        Field::new("successThreshold", Ty::Int32, "Successes in a row that count as success."),
        Field::new("failureThreshold", Ty::Int32, "Failures in a row that count as failure."),
        Field::new("terminationGracePeriodSeconds", Ty::Int64, "Seconds to end in after a failed probe.")
            .pointer()
            .core_since(22),
    ],
};

/// Kubernetes `ExecAction`.
pub(in crate::schema) static EXEC_ACTION: Struct =
    Struct { name: "ExecAction", fields: &[Field::new("command", Ty::List(&Ty::Text), "Command and arguments; no shell.")] };

/// Kubernetes `HTTPGetAction`.
pub(in crate::schema) static HTTP_GET_ACTION: Struct = Struct {
    name: "HTTPGetAction",
    fields: &[
        Field::new("path", Ty::Text, "Path."),
        Field::new("port", Ty::IntOrString, "Port number or name.").always().required(),
        Field::new("host", Ty::Text, "Host; the pod's address when left out."),
        Field::new("scheme", Ty::Text, "`HTTP` or `HTTPS`."),
        Field::new("httpHeaders", Ty::List(&Ty::Struct(&HTTP_HEADER)), "Headers to send."),
    ],
};

/// Kubernetes `HTTPHeader`.
pub(in crate::schema) static HTTP_HEADER: Struct = Struct {
    name: "HTTPHeader",
    fields: &[
        Field::new("name", Ty::Text, "Name of the header.").always().required(),
        Field::new("value", Ty::Text, "Its value.").always().required(),
    ],
};

/// Kubernetes `TCPSocketAction`.
pub(in crate::schema) static TCP_SOCKET_ACTION: Struct = Struct {
    name: "TCPSocketAction",
    fields: &[
        Field::new("port", Ty::IntOrString, "Port number or name.").always().required(),
        Field::new("host", Ty::Text, "Host; the pod's address when left out."),
    ],
};

/// Kubernetes `GRPCAction`.
pub(in crate::schema) static GRPC_ACTION: Struct = Struct {
    name: "GRPCAction",
    fields: &[
        Field::new("port", Ty::Int32, "Port number.").always().required(),
        Field::new("service", Ty::Text, "Service name to ask for.")
            .pointer()
            .always()
            .default_since(Profile::V2_2_9, Constant::Text("")),
    ],
};

/// Kubernetes `Lifecycle`.
pub(in crate::schema) static LIFECYCLE: Struct = Struct {
    name: "Lifecycle",
    fields: &[
        Field::new("postStart", Ty::Struct(&LIFECYCLE_HANDLER), "Right after the start.").pointer(),
        Field::new("preStop", Ty::Struct(&LIFECYCLE_HANDLER), "Before the container is stopped.").pointer(),
    ],
};

/// Kubernetes `LifecycleHandler`.
pub(in crate::schema) static LIFECYCLE_HANDLER: Struct = Struct {
    name: "LifecycleHandler",
    fields: &[
        Field::new("exec", Ty::Struct(&EXEC_ACTION), "Runs a command.").pointer(),
        Field::new("httpGet", Ty::Struct(&HTTP_GET_ACTION), "Makes an HTTP request.").pointer(),
        Field::new("tcpSocket", Ty::Struct(&TCP_SOCKET_ACTION), "Kept for old manifests; does nothing.").pointer(),
        Field::new("sleep", Ty::Struct(&SLEEP_ACTION), "Waits.").pointer().core_since(31),
    ],
};

/// Kubernetes `SleepAction`.
pub(in crate::schema) static SLEEP_ACTION: Struct =
    Struct { name: "SleepAction", fields: &[Field::new("seconds", Ty::Int64, "Seconds to wait.").always().required()] };

/// Kubernetes `SecurityContext`.
pub(in crate::schema) static SECURITY_CONTEXT: Struct = Struct {
    name: "SecurityContext",
    fields: &[
        Field::new("capabilities", Ty::Struct(&CAPABILITIES), "Capabilities to add and drop.").pointer(),
        Field::new("privileged", Ty::Bool, "Root on the node.").pointer(),
        Field::new("seLinuxOptions", Ty::Struct(&SE_LINUX_OPTIONS), "SELinux labels.").pointer(),
        Field::new("windowsOptions", Ty::Struct(&WINDOWS_SECURITY_CONTEXT_OPTIONS), "Options for Windows.").pointer(),
        Field::new("runAsUser", Ty::Int64, "User ID.").pointer(),
        Field::new("runAsGroup", Ty::Int64, "Group ID.").pointer(),
        Field::new("runAsNonRoot", Ty::Bool, "Refuse to run as root.").pointer(),
        Field::new("readOnlyRootFilesystem", Ty::Bool, "Root file system read-only.").pointer(),
        Field::new("allowPrivilegeEscalation", Ty::Bool, "Whether a process may gain privileges.").pointer(),
        Field::new("procMount", Ty::Text, "Kind of `/proc`.").pointer(),
        Field::new("seccompProfile", Ty::Struct(&SECCOMP_PROFILE), "Seccomp profile.").pointer().core_since(22),
        Field::new("appArmorProfile", Ty::Struct(&APP_ARMOR_PROFILE), "AppArmor profile.").pointer().core_since(31),
    ],
};

/// Kubernetes `Capabilities`.
pub(in crate::schema) static CAPABILITIES: Struct = Struct {
    name: "Capabilities",
    fields: &[Field::new("add", Ty::List(&Ty::Text), "To add."), Field::new("drop", Ty::List(&Ty::Text), "To drop.")],
};

/// Kubernetes `SELinuxOptions`.
pub(in crate::schema) static SE_LINUX_OPTIONS: Struct = Struct {
    name: "SELinuxOptions",
    fields: &[
        Field::new("user", Ty::Text, "User label."),
        Field::new("role", Ty::Text, "Role label."),
        Field::new("type", Ty::Text, "Type label."),
        Field::new("level", Ty::Text, "Level label."),
    ],
};

/// Kubernetes `WindowsSecurityContextOptions`.
pub(in crate::schema) static WINDOWS_SECURITY_CONTEXT_OPTIONS: Struct = Struct {
    name: "WindowsSecurityContextOptions",
    fields: &[
        Field::new("gmsaCredentialSpecName", Ty::Text, "Name of the GMSA credential spec.").pointer(),
        Field::new("gmsaCredentialSpec", Ty::Text, "Its content.").pointer(),
        Field::new("runAsUserName", Ty::Text, "User name.").pointer(),
        Field::new("hostProcess", Ty::Bool, "Run as a host process.").pointer().core_since(22),
    ],
};

/// Kubernetes `SeccompProfile`.
pub(in crate::schema) static SECCOMP_PROFILE: Struct = Struct {
    name: "SeccompProfile",
    fields: &[
        Field::new("type", Ty::Text, "`RuntimeDefault`, `Localhost` or `Unconfined`.").always().required(),
        Field::new("localhostProfile", Ty::Text, "Profile file on the node.").pointer(),
    ],
};

/// Kubernetes `AppArmorProfile`.
pub(in crate::schema) static APP_ARMOR_PROFILE: Struct = Struct {
    name: "AppArmorProfile",
    fields: &[
        Field::new("type", Ty::Text, "`RuntimeDefault`, `Localhost` or `Unconfined`.").always().required(),
        Field::new("localhostProfile", Ty::Text, "Profile loaded on the node.").pointer(),
    ],
};
