password={{ secret.pg }}
